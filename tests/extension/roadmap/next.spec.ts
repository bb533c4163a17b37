import { describe, expect, it } from 'vitest';

import { Api } from '../../../extension/src/api';
import { nextStep, Step } from '../../../extension/src/roadmap/next';
import {
  IRecord,
  isPassed,
  isRead
} from '../../../extension/src/roadmap/progress';
import { hasFeedback } from '../../../extension/src/roadmap/work';
import {
  assignment,
  DAY,
  graded,
  inDays,
  NOW,
  random,
  record,
  roadmap
} from './course';

const MOMENT = { now: NOW, soon: 3 * DAY };
const ALL = roadmap().parts.flatMap(part =>
  part.topics.flatMap(topic => topic.resources.map(r => r.id))
);

function next(read: string[], ...assignments: Api.IAssignment[]): Step | null {
  return nextStep(record(read, assignments), MOMENT);
}

describe('the next step', () => {
  it('begins with the first thing to read', () => {
    expect(next([])).toMatchObject({
      kind: 'read',
      topic: 'b1',
      resource: { id: 'b1.r1' },
      begun: false
    });
  });

  it('is feedback before anything else', () => {
    const due = assignment('a', { due: inDays(1) });
    const ready = assignment('z', { submissions: 1, feedback: 'ready' });
    expect(next([], due, ready)).toMatchObject({
      kind: 'feedback',
      assignment: { id: 'z' }
    });
  });

  it('is what is due soon before what is begun', () => {
    const begun = assignment('a', { folder: 'a' });
    const due = assignment('z', { due: inDays(2) });
    expect(next(['b1.r1'], begun, due)).toMatchObject({
      kind: 'due',
      assignment: { id: 'z' }
    });
  });

  it('is no due date that is far, submitted or done', () => {
    const far = assignment('far', { due: inDays(4) });
    const sent = assignment('sent', { due: inDays(1), submissions: 1 });
    const done = graded('done', 9, { due: inDays(1), submissions: 1 });
    expect(next([], far, sent, done)).toMatchObject({ kind: 'read' });
  });

  it('is the earliest that can still be in time, before what is late', () => {
    const late = assignment('late', { due: inDays(-1) });
    const soon = assignment('soon', { due: inDays(2) });
    const sooner = assignment('sooner', { due: inDays(1) });
    expect(next([], late, soon, sooner)).toMatchObject({
      assignment: { id: 'sooner' }
    });
    expect(next([], late)).toMatchObject({ kind: 'due' });
  });

  it('is nothing that is too late for points while there is other work', () => {
    const late = assignment('late', {
      due: inDays(-1),
      late: { plugin: 'p', method: 'zero' }
    });
    expect(next([], late)).toMatchObject({ kind: 'read' });
    expect(next(ALL, late)).toMatchObject({ kind: 'practice' });
  });

  it('is a release that changed', () => {
    const changed = assignment('a', { folder: 'a', release_changed: true });
    expect(next([], changed)).toMatchObject({ kind: 'changed' });
    const done = graded('a', 9, { release_changed: true });
    expect(next([], done)).toMatchObject({ kind: 'read' });
  });

  it('goes on with what is fetched before what is half read', () => {
    const begun = assignment('a', { folder: 'a' });
    expect(next(['b1.r1'], begun)).toMatchObject({ kind: 'begun' });
  });

  it('asks for a better score below half of the points', () => {
    expect(next([], graded('a', 4))).toMatchObject({ kind: 'improve' });
    expect(next([], graded('a', 5))).toMatchObject({ kind: 'read' });
  });

  it('does not ask for work while it is being graded', () => {
    const again = graded('a', 4, { submissions: 2, feedback: 'none' });
    expect(next([], again)).toMatchObject({ kind: 'read' });
    expect(next(ALL, again)).toMatchObject({ kind: 'grading' });
  });

  it('goes on with the topic that was read last', () => {
    expect(next(['b1.r1', 's2.r1'])).toMatchObject({
      kind: 'read',
      resource: { id: 's2.r2' },
      begun: true
    });
  });

  it('puts to work what was read before it reads on', () => {
    const work = assignment('a', { topics: ['b1'] });
    expect(next(['b1.r1'], work)).toMatchObject({
      kind: 'assignment',
      topic: 'b1'
    });
  });

  it('is a prerequisite first, however far back', () => {
    const first = assignment('first');
    const second = assignment('second', { prerequisites: ['first'] });
    const third = assignment('third', {
      topics: ['b1'],
      prerequisites: ['second', 'gone']
    });
    expect(next(['b1.r1'], first, second, third)).toMatchObject({
      kind: 'prerequisite',
      assignment: { id: 'first' },
      before: { id: 'third' }
    });
    expect(
      next(['b1.r1'], graded('first', 9), graded('second', 9), third)
    ).toMatchObject({ kind: 'assignment', assignment: { id: 'third' } });
  });

  it('finds its way out of a circle of prerequisites', () => {
    const a = assignment('a', { topics: ['b1'], prerequisites: ['b'] });
    const b = assignment('b', { prerequisites: ['a'] });
    expect(next(['b1.r1'], a, b)).toMatchObject({ assignment: { id: 'b' } });
  });

  it('takes no prerequisite from another course', () => {
    const there = assignment('first', { course: 'other' });
    const here = assignment('a', { topics: ['b1'], prerequisites: ['first'] });
    expect(next(['b1.r1'], here, there)).toMatchObject({
      kind: 'assignment',
      assignment: { id: 'a' }
    });
  });

  it('stays in the part where the student is', () => {
    expect(next(['s1.r1'])).toMatchObject({ topic: 's2' });
  });

  it('goes to another part when this one is done', () => {
    expect(next(['s1.r1', 's2.r1', 's2.r2'])).toMatchObject({ topic: 'b1' });
  });

  it('knows by a submission where the student is', () => {
    const sent = graded('a', 9, { topics: ['s3'], submitted: inDays(0) });
    expect(next(['b1.r1', 'b1.r2'], sent)).toMatchObject({ topic: 's1' });
  });

  it('is an assignment of no topic when all is read', () => {
    expect(next(ALL, assignment('odd', { topics: ['unknown'] }))).toMatchObject(
      {
        kind: 'assignment',
        topic: null
      }
    );
  });

  it('waits for a release when nothing else is left', () => {
    expect(next(ALL, assignment('a', { released: false }))).toMatchObject({
      kind: 'release'
    });
  });

  it('is none when all is done', () => {
    expect(next(ALL, graded('a', 9))).toBeNull();
  });

  it('lives with times that are none', () => {
    const odd = assignment('a', { due: 'tomorrow', submitted: 'never' });
    const map = { ...record(['b1.r1'], [odd]), read: { 'b1.r1': 'once' } };
    expect(nextStep(map, MOMENT)).toMatchObject({ kind: 'read' });
  });
});

describe('of any record, the next step', () => {
  const records = Array.from({ length: 500 }, (_, seed) => anyRecord(seed));

  it('is there until all is done, and only then not', () => {
    for (const each of records) {
      expect(nextStep(each, MOMENT) === null).toBe(isAllDone(each));
    }
    expect(records.some(isAllDone)).toBe(true);
  });

  it('is never a thing that is done', () => {
    for (const each of records) {
      const step = nextStep(each, MOMENT);
      if (step?.kind === 'read') {
        expect(isRead(each, step.resource.id)).toBe(false);
      } else if (step && step.kind !== 'feedback') {
        expect(isPassed(step.assignment)).toBe(false);
      }
    }
  });

  it('is the same for the same record, in whichever order the courses come', () => {
    for (const each of records) {
      const turned = { ...each, assignments: [...each.assignments].reverse() };
      expect(nextStep(turned, MOMENT)).toEqual(nextStep(each, MOMENT));
    }
  });

  it('leaves the record as it was', () => {
    for (const each of records.slice(0, 50)) {
      const before = JSON.stringify(each);
      nextStep(each, MOMENT);
      expect(JSON.stringify(each)).toBe(before);
    }
  });

  it('leads through everything when it is followed', () => {
    for (const each of records.slice(0, 100)) {
      let now: IRecord = each;
      for (let steps = 0; steps < 100 && nextStep(now, MOMENT); steps++) {
        now = follow(now, nextStep(now, MOMENT)!);
      }
      expect(nextStep(now, MOMENT)).toBeNull();
    }
  });
});

function isAllDone(each: IRecord): boolean {
  return (
    ALL.every(id => isRead(each, id)) &&
    each.assignments.every(a => isPassed(a) && !hasFeedback(a))
  );
}

/** What a diligent student and their instructor make of a step. */
function follow(each: IRecord, step: Step): IRecord {
  if (step.kind === 'read') {
    const read = { ...each.read, [step.resource.id]: NOW.toISOString() };
    return { ...each, read };
  }
  const done = {
    folder: 'there',
    release_changed: false,
    feedback: 'fetched' as const,
    submissions: 1,
    score: 10,
    max_score: 10
  };
  return {
    ...each,
    assignments: each.assignments.map(a =>
      a === step.assignment ? { ...a, ...done } : a
    )
  };
}

function anyRecord(seed: number): IRecord {
  const draw = random(seed);
  const pick = <T>(...of: T[]): T => of[Math.floor(draw() * of.length)];
  const diligence = pick(0, 0.3, 0.7, 1);
  const assignments = Array.from({ length: pick(0, 1, 3, 6) }, (_, n) =>
    draw() < (diligence === 1 ? 0.8 : 0.2)
      ? graded(`a${n}`, pick(5, 10), { topics: [pick('b1', 's2')] })
      : assignment(`a${n}`, {
          topics: pick([], ['b1'], ['s2', 'b2'], ['unknown']),
          prerequisites: pick([], ['a0'], ['a1', 'a2'], ['gone']),
          due: pick(null, inDays(-3), inDays(1), inDays(9), 'odd'),
          late: pick(null, { plugin: 'p', method: pick('zero', 'none') }),
          released: draw() < 0.7,
          folder: pick(null, `a${n}`),
          release_changed: pick(null, true, false),
          submissions: pick(0, 0, 1, 2),
          feedback: pick('none', 'none', 'ready', 'updated', 'fetched'),
          score: pick(null, null, 0, 4, 5),
          max_score: pick(10, 0, null)
        })
  );
  return record(
    ALL.filter(() => draw() < diligence),
    assignments
  );
}
