import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import { Api } from '../../../extension/src/api';
import { nextStep } from '../../../extension/src/roadmap/next';
import {
  assignmentWords,
  standingWords,
  stepWords
} from '../../../extension/src/roadmap/words';
import {
  assignment,
  DAY,
  graded,
  inDays,
  NOW,
  record,
  roadmap
} from './course';

const trans = nullTranslator.load('llm-classroom');
const ALL = roadmap().parts.flatMap(part =>
  part.topics.flatMap(topic => topic.resources.map(r => r.id))
);

function said(read: string[], ...assignments: Api.IAssignment[]): string {
  const moment = { now: NOW, soon: 3 * DAY };
  const step = nextStep(record(read, assignments), moment)!;
  const { action, reason, title } = stepWords(step, NOW, trans);
  return `${title} | ${reason} | ${action}`;
}

describe('a step in words', () => {
  it('says what, why, and what the button does', () => {
    const closed = { plugin: 'p', method: 'zero' };
    expect([
      said([]),
      said(['b1.r1']),
      said([], assignment('a', { feedback: 'ready' })),
      said([], graded('a', 9, { feedback: 'updated' })),
      said([], assignment('a', { folder: 'a', release_changed: true })),
      said([], assignment('a', { due: inDays(2) })),
      said([], assignment('a', { due: inDays(-0.5), late: null })),
      said([], assignment('a', { due: inDays(-2), folder: 'a' })),
      said([], assignment('a', { folder: 'a' })),
      said([], graded('a', 4)),
      said([], graded('a', 4, { score: null })),
      said(['b1.r1'], assignment('a', { topics: ['b1'] })),
      said(ALL, assignment('a')),
      said(ALL, assignment('b'), assignment('a', { prerequisites: ['b'] })),
      said(ALL, assignment('a', { due: inDays(-1), late: closed })),
      said(ALL, assignment('a', { submissions: 1 })),
      said(ALL, assignment('a', { released: false }))
    ]).toMatchInlineSnapshot(`
      [
        "Read “Title of b1.r1” | This topic is next on your way. | Open",
        "Read “Title of b1.r2” | You have begun this topic. | Open",
        "Read the feedback on “Assignment a” | Your submission has been graded. | Read feedback",
        "Read the feedback on “Assignment a” | It has changed since you read it. | Read feedback",
        "Get the new release of “Assignment a” | It changed since you fetched it. What you have changed yourself stays. | Get the new release",
        "Fetch “Assignment a” | It is due in 2 days, and you have not submitted it. | Fetch",
        "Fetch “Assignment a” | It was due 12 hours ago, and you have not submitted it. | Fetch",
        "Work on “Assignment a” | It was due 2 days ago, and you have not submitted it. Late work loses nothing here. | Open",
        "Work on “Assignment a” | You have fetched it and not submitted it yet. | Open",
        "Work on “Assignment a” | It has 4 of 10 points so far; with half of the points the assignment counts as done. | Open",
        "Work on “Assignment a” | Your submission got no score; its feedback says why. | Open",
        "Fetch “Assignment a” | It puts this topic to work. | Fetch",
        "Fetch “Assignment a” | It is the next of your course. | Fetch",
        "Fetch “Assignment b” | It comes before “Assignment a”. | Fetch",
        "Fetch “Assignment a” | It is too late for points; do it for the practice, since all else is done. | Fetch",
        "Wait for the grade of “Assignment a” | You have submitted it, and all else is done. | null",
        "Wait for the release of “Assignment a” | It cannot be fetched yet, and all else is done. | null",
      ]
    `);
  });
});

describe('an assignment in words', () => {
  const words = (given: Api.IAssignment): string =>
    assignmentWords(given, NOW, trans);

  it('says where it stands and when it is due', () => {
    expect([
      words(assignment('a')),
      words(assignment('a', { due: inDays(2.5) })),
      words(assignment('a', { folder: 'a', due: inDays(-1) })),
      words(assignment('a', { folder: 'a', release_changed: true })),
      words(assignment('a', { released: false })),
      words(assignment('a', { submissions: 1, due: inDays(1) })),
      words(assignment('a', { submissions: 1, feedback: 'ready' })),
      words(graded('a', 4)),
      words(graded('a', 7.25)),
      words(graded('a', 1, { max_score: null, points: null }))
    ]).toMatchInlineSnapshot(`
      [
        "To be fetched",
        "To be fetched, due in 2 days",
        "Fetched, was due 24 hours ago",
        "Release changed",
        "Not released",
        "Submitted, not graded yet",
        "Feedback is ready",
        "4 of 10 points",
        "Done, 7.25 of 10 points",
        "Done, 1 point",
      ]
    `);
  });
});

describe('a state in words', () => {
  it('is never told by a number alone', () => {
    expect([
      standingWords('done', 0.9, trans),
      standingWords('begun', 0.4, trans),
      standingWords('next', 0, trans),
      standingWords('next', 0.4, trans),
      standingWords('new', 0, trans)
    ]).toEqual(['Done', 'In progress, 40%', 'Next', 'Next, 40%', 'Not begun']);
  });
});
