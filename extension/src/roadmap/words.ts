/** What is said about assignments, topics and steps. */

import { TranslationBundle } from '@jupyterlab/translation';

import { Api } from '../api';
import { scoreText } from '../words/points';
import { dueText, relativeTime } from '../words/times';
import { Step } from './next';
import { isPassed, percent, Standing } from './progress';
import { hasFeedback, isAvailable, isWaiting } from './work';

export interface IStepWords {
  /** What to do. */
  readonly title: string;
  readonly reason: string;
  /** On the button; null where there is nothing to press. */
  readonly action: string | null;
}

export function stepWords(
  step: Step,
  now: Date,
  trans: TranslationBundle
): IStepWords {
  if (step.kind === 'read') {
    return {
      title: trans.__('Read “%1”', step.resource.title),
      reason: step.begun
        ? trans.__('You have begun this topic.')
        : trans.__('This topic is next on your way.'),
      action: trans.__('Open')
    };
  }
  const { assignment } = step;
  const { title } = assignment;
  const work = {
    title: assignment.folder
      ? trans.__('Work on “%1”', title)
      : trans.__('Fetch “%1”', title),
    action: assignment.folder ? trans.__('Open') : trans.__('Fetch')
  };
  switch (step.kind) {
    case 'feedback':
      return {
        title: trans.__('Read the feedback on “%1”', title),
        reason:
          assignment.feedback === 'updated'
            ? trans.__('It has changed since you read it.')
            : trans.__('Your submission has been graded.'),
        action: trans.__('Read feedback')
      };
    case 'changed':
      return {
        title: trans.__('Get the new release of “%1”', title),
        reason: trans.__(
          'It changed since you fetched it. What you have changed yourself stays.'
        ),
        action: trans.__('Get the new release')
      };
    case 'due':
      return { ...work, reason: dueReason(assignment, now, trans) };
    case 'begun':
      return {
        ...work,
        reason: trans.__('You have fetched it and not submitted it yet.')
      };
    case 'improve':
      return { ...work, reason: improveReason(assignment, trans) };
    case 'assignment':
      return {
        ...work,
        reason: step.topic
          ? trans.__('It puts this topic to work.')
          : trans.__('It is the next of your course.')
      };
    case 'prerequisite':
      return {
        ...work,
        reason: trans.__('It comes before “%1”.', step.before.title)
      };
    case 'practice':
      return {
        ...work,
        reason: trans.__(
          'It is too late for points; do it for the practice, since all else is done.'
        )
      };
    case 'grading':
      return {
        title: trans.__('Wait for the grade of “%1”', title),
        reason: trans.__('You have submitted it, and all else is done.'),
        action: null
      };
    case 'release':
      return {
        title: trans.__('Wait for the release of “%1”', title),
        reason: trans.__('It cannot be fetched yet, and all else is done.'),
        action: null
      };
  }
}

function dueReason(
  assignment: Api.IAssignment,
  now: Date,
  trans: TranslationBundle
): string {
  const due = new Date(assignment.due!);
  const when = relativeTime(due, now);
  if (due >= now) {
    return trans.__('It is due %1, and you have not submitted it.', when);
  }
  return assignment.late?.method === 'none'
    ? trans.__(
        'It was due %1, and you have not submitted it. Late work loses nothing here.',
        when
      )
    : trans.__('It was due %1, and you have not submitted it.', when);
}

function improveReason(
  assignment: Api.IAssignment,
  trans: TranslationBundle
): string {
  return assignment.score === null
    ? trans.__('Your submission got no score; its feedback says why.')
    : trans.__(
        'It has %1 so far; with half of the points the assignment counts as done.',
        pointsOf(assignment, trans)
      );
}

/** Where an assignment stands, in a few words. */
export function assignmentWords(
  assignment: Api.IAssignment,
  now: Date,
  trans: TranslationBundle
): string {
  if (hasFeedback(assignment)) {
    return trans.__('Feedback is ready');
  }
  if (isWaiting(assignment)) {
    return trans.__('Submitted, not graded yet');
  }
  if (assignment.score !== null) {
    return isPassed(assignment)
      ? trans.__('Done, %1', pointsOf(assignment, trans))
      : pointsOf(assignment, trans);
  }
  const due = assignment.due
    ? dueText(trans, new Date(assignment.due), now)
    : null;
  const state = assignment.folder
    ? assignment.release_changed
      ? trans.__('Release changed')
      : trans.__('Fetched')
    : isAvailable(assignment)
      ? trans.__('To be fetched')
      : trans.__('Not released');
  return due ? trans.__('%1, %2', state, due) : state;
}

function pointsOf(
  { max_score, points, score }: Api.IAssignment,
  trans: TranslationBundle
): string {
  return scoreText(trans, score, max_score ?? points);
}

/** A state is told in words, color and icon. */
export function standingWords(
  state: Standing | 'next',
  share: number,
  trans: TranslationBundle
): string {
  switch (state) {
    case 'done':
      return trans.__('Done');
    case 'next':
      return share > 0
        ? trans.__('Next, %1%%', percent(share))
        : trans.__('Next');
    case 'begun':
      return trans.__('In progress, %1%%', percent(share));
    case 'new':
      return trans.__('Not begun');
  }
}
