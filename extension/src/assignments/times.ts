import { TranslationBundle } from '@jupyterlab/translation';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in one unit, rounded down: two days and an hour are two days. */
export function duration(trans: TranslationBundle, seconds: number): string {
  if (seconds >= 2 * DAY) {
    const days = Math.floor(seconds / DAY);
    return trans._n('%1 day', '%1 days', days);
  }
  if (seconds >= HOUR) {
    return trans.__('%1 h', Math.floor(seconds / HOUR));
  }
  if (seconds >= MINUTE) {
    return trans.__('%1 min', Math.floor(seconds / MINUTE));
  }
  return trans.__('less than a minute');
}

/** A due date as somebody sees it who looks now. */
export interface ITimeLeft {
  text: string;
  /** `soon` is less than two days; `late` is past it, with nothing submitted; `past` needs nothing. */
  urgency: 'later' | 'soon' | 'late' | 'past';
}

/**
 * How much time is left until `due`, or what came of it.
 *
 * @param submitted - When the newest submission was handed in.
 * @param isSure - Whether `submitted` is known; else nobody is called late.
 */
export function timeLeft(
  trans: TranslationBundle,
  due: string,
  submitted: string | null,
  now: Date,
  isSure = true
): ITimeLeft {
  const seconds = (Date.parse(due) - now.getTime()) / 1000;
  const length = duration(trans, Math.abs(seconds));
  if (seconds >= 0) {
    const urgency = seconds < 2 * DAY && submitted === null ? 'soon' : 'later';
    return { text: trans.__('due in %1', length), urgency };
  }
  if (submitted === null && isSure) {
    return { text: trans.__('%1 late', length), urgency: 'late' };
  }
  return { text: trans.__('was due %1 ago', length), urgency: 'past' };
}

/** A time in the reader's zone and manner, with the zone: `31 Jan 2026, 13:00 CET`. */
export function localTime(time: string, locale?: string): string {
  return new Date(time).toLocaleString(locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short'
  });
}
