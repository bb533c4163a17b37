/** What can be done with an assignment at a moment. */

import { Api } from '../api';
import { isPassed } from './progress';

export interface IMoment {
  readonly now: Date;
  /** Milliseconds before its due date at which an assignment becomes urgent. */
  readonly soon: number;
}

/** Whether working on it now leads on: it is to be had, counts, and is not being graded. */
export function canWork(assignment: Api.IAssignment, moment: IMoment): boolean {
  return (
    !isPassed(assignment) &&
    !isWaiting(assignment) &&
    !isClosed(assignment, moment) &&
    isAvailable(assignment)
  );
}

/** Too late to earn anything: the course's late policy gives no points. */
export function isClosed(
  assignment: Api.IAssignment,
  moment: IMoment
): boolean {
  return (
    assignment.late?.method === 'zero' &&
    assignment.due !== null &&
    Date.parse(assignment.due) < moment.now.getTime()
  );
}

/** Can be had, and leads nowhere. */
export function isStuck(assignment: Api.IAssignment, moment: IMoment): boolean {
  return (
    !isPassed(assignment) &&
    !isWaiting(assignment) &&
    isAvailable(assignment) &&
    isClosed(assignment, moment)
  );
}

/** It is fetched, or can be. */
export function isAvailable(assignment: Api.IAssignment): boolean {
  return assignment.folder !== null || assignment.released;
}

/** Submitted, and its newest submission has no feedback. */
export function isWaiting(assignment: Api.IAssignment): boolean {
  return (
    assignment.submissions > 0 &&
    assignment.feedback === 'none' &&
    !isPassed(assignment)
  );
}

/** There is feedback that the student has not fetched. */
export function hasFeedback(assignment: Api.IAssignment): boolean {
  return assignment.feedback === 'ready' || assignment.feedback === 'updated';
}

/** Those that can still be in time first, the earliest at the top; names decide a draw. */
export function byDueDate(now: Date) {
  const key = (assignment: Api.IAssignment): [number, number] => {
    const due = assignment.due === null ? NaN : Date.parse(assignment.due);
    if (isNaN(due)) {
      return [2, 0];
    }
    return due >= now.getTime() ? [0, due] : [1, -due];
  };
  return (a: Api.IAssignment, b: Api.IAssignment): number => {
    const [classA, dueA] = key(a);
    const [classB, dueB] = key(b);
    return (
      classA - classB ||
      dueA - dueB ||
      compare(a.course, b.course) ||
      compare(a.id, b.id)
    );
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
