import { TranslationBundle } from '@jupyterlab/translation';

import { Api } from '../api';

/** Points, to a hundredth. */
export function points(value: number | null): string {
  return value === null ? '–' : String(Math.round(value * 100) / 100);
}

/** Points with their sign. */
export function signed(value: number): string {
  return value < 0 ? `−${points(-value)}` : `+${points(value)}`;
}

/** A time as the reader's clock and language have it. */
export function when(iso: string): string {
  return new Date(iso).toLocaleString(undefined, {
    dateStyle: 'medium',
    timeStyle: 'short'
  });
}

/** A length of time, roughly. */
export function duration(seconds: number, trans: TranslationBundle): string {
  const [minutes, hours, days] = [60, 3600, 86400].map(unit =>
    Math.floor(seconds / unit)
  );
  if (days >= 2) {
    return trans.__('%1 days', days);
  }
  if (hours >= 2) {
    return trans.__('%1 hours', hours);
  }
  return trans._n('%1 minute', '%1 minutes', Math.max(1, minutes));
}

/** The state of a question, in words. */
export function stateWords(state: string, trans: TranslationBundle): string {
  const words: Record<string, string> = {
    passed: trans.__('Passed'),
    partial: trans.__('In part'),
    failed: trans.__('Not passed'),
    'not attempted': trans.__('Not attempted'),
    'not graded yet': trans.__('Not graded yet')
  };
  return words[state] ?? state;
}

/** What a question is called. */
export function questionTitle(question: {
  title: string;
  grade_id: string;
}): string {
  return question.title || question.grade_id;
}

/** Sum of a score over notebooks; null where one of them does not tell. */
export function total(
  reports: readonly Api.IPageReport[],
  score: keyof Api.IPageReport['scores']
): number | null {
  const known = reports.flatMap(report => report.scores[score] ?? []);
  // Nobody need have graded every notebook by hand.
  const wanted = score === 'manual' ? Math.min(1, reports.length) : reports.length;
  return known.length === 0 || known.length < wanted
    ? null
    : known.reduce((sum, value) => sum + value, 0);
}
