import { TranslationBundle } from '@jupyterlab/translation';

import { Api } from '../api';
import { scoreText } from '../words/points';
import { lateText } from '../words/times';

/** Which assignments a list shows. */
export type Filter = 'all' | 'todo' | 'done';

/** Where the student stands with an assignment: one short statement. */
export interface IStatus {
  text: string;
  tone: 'plain' | 'good' | 'attention';
}

/** Where the student stands, what matters most first. */
export function statusOf(
  trans: TranslationBundle,
  a: Api.IAssignment
): IStatus[] {
  const found: IStatus[] = [];
  if (a.feedback === 'ready') {
    found.push({ text: trans.__('Feedback ready'), tone: 'attention' });
  } else if (a.feedback === 'updated') {
    found.push({ text: trans.__('Newer feedback ready'), tone: 'attention' });
  } else if (a.feedback === 'fetched' && a.score === null) {
    found.push({ text: trans.__('Feedback fetched'), tone: 'good' });
  }
  if (a.score !== null) {
    found.push({ text: scoreText(trans, a.score, a.max_score), tone: 'good' });
  }
  if (a.release_changed) {
    found.push({
      text: trans.__('Release changed since you fetched it'),
      tone: 'attention'
    });
  }
  if (a.missing.length > 0) {
    found.push({
      text: trans._n('%1 file missing', '%1 files missing', a.missing.length),
      tone: 'attention'
    });
  }
  found.push(progressOf(trans, a));
  return found;
}

function progressOf(trans: TranslationBundle, a: Api.IAssignment): IStatus {
  if (a.submissions > 0) {
    const text =
      a.submissions === 1
        ? trans.__('Submitted')
        : trans._n('Submitted %1 time', 'Submitted %1 times', a.submissions);
    const late = lateBy(a);
    return {
      text: late > 0 ? `${text}, ${lateText(trans, late)}` : text,
      tone: 'good'
    };
  }
  if (a.folder !== null) {
    return { text: trans.__('Fetched'), tone: 'plain' };
  }
  return a.released
    ? { text: trans.__('Released'), tone: 'plain' }
    : { text: trans.__('No longer offered'), tone: 'plain' };
}

/** Seconds by which the newest submission missed the due date; 0 if it did not. */
function lateBy({ due, submitted }: Api.IAssignment): number {
  return due === null || submitted === null
    ? 0
    : Math.max(0, (Date.parse(submitted) - Date.parse(due)) / 1000);
}

/** Whether nothing is left for the student to do but to wait. */
export function isDone(a: Api.IAssignment): boolean {
  return (
    a.submissions > 0 &&
    a.feedback !== 'ready' &&
    a.feedback !== 'updated' &&
    !a.release_changed
  );
}

/** Those that a filter lets through, by due date; without one, last. */
export function arranged(
  assignments: readonly Api.IAssignment[],
  filter: Filter
): Api.IAssignment[] {
  return assignments
    .filter(a => filter === 'all' || isDone(a) === (filter === 'done'))
    .sort(
      (a, b) =>
        dueOf(a) - dueOf(b) ||
        a.title.localeCompare(b.title) ||
        a.id.localeCompare(b.id)
    );
}

function dueOf(a: Api.IAssignment): number {
  // Not Infinity: the difference of two would be no number.
  return a.due === null ? Number.MAX_SAFE_INTEGER : Date.parse(a.due);
}
