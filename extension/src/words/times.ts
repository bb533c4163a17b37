import { TranslationBundle } from '@jupyterlab/translation';

type Unit = 'day' | 'hour' | 'minute';

/** Seconds in each, the longest first. */
const UNITS: [Unit, number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60]
];

/** A length of time in one unit, rounded down: two days and an hour are two days. */
export function duration(trans: TranslationBundle, seconds: number): string {
  const [unit, count] = inOneUnit(seconds);
  if (count === 0) {
    return trans.__('less than a minute');
  }
  switch (unit) {
    case 'day':
      return trans._n('%1 day', '%1 days', count);
    case 'hour':
      return trans._n('%1 hour', '%1 hours', count);
    case 'minute':
      return trans._n('%1 minute', '%1 minutes', count);
  }
}

/** Such as `in 2 days`, `3 hours ago`. */
export function relativeTime(then: Date, now: Date): string {
  const seconds = (then.getTime() - now.getTime()) / 1000;
  const [unit, count] = inOneUnit(Math.abs(seconds));
  const language = document.documentElement.lang || 'en';
  // How a language says that is its own grammar, which the browser has.
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'always' });
  return format.format(seconds < 0 ? -count : count, unit);
}

/** When something is due or was, from now. */
export function dueText(
  trans: TranslationBundle,
  due: Date,
  now: Date
): string {
  const when = relativeTime(due, now);
  return due >= now ? trans.__('due %1', when) : trans.__('was due %1', when);
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
  const date = new Date(due);
  const seconds = (date.getTime() - now.getTime()) / 1000;
  const text = dueText(trans, date, now);
  if (seconds >= 0) {
    const isSoon = seconds < 2 * 86_400 && submitted === null;
    return { text, urgency: isSoon ? 'soon' : 'later' };
  }
  return submitted === null && isSure
    ? { text: lateText(trans, -seconds), urgency: 'late' }
    : { text, urgency: 'past' };
}

/** By how much something misses its due date. */
export function lateText(trans: TranslationBundle, seconds: number): string {
  return trans.__('%1 late', duration(trans, seconds));
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

/** The longest unit of which there are two: 90 minutes say more than an hour, 36 hours than a day. */
function inOneUnit(seconds: number): [Unit, number] {
  const [unit, length] =
    UNITS.find(each => seconds >= 2 * each[1]) ?? UNITS[UNITS.length - 1];
  return [unit, Math.floor(seconds / length)];
}
