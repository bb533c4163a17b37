import { describe, expect, it } from 'vitest';

import {
  isPassed,
  percent,
  progressOfNotebook,
  progressOfTopic,
  progressOfTopics
} from '../../../extension/src/roadmap/progress';
import { assignment, graded, notebook, record, roadmap, topic } from './course';

const [b1, b2] = roadmap().parts[0].topics;

describe('progress of a topic', () => {
  it('counts resources alike', () => {
    const found = progressOfTopic(b2, record(['b2.r1', 'b2.r3']));
    expect(found).toMatchObject({ state: 'begun', read: 2, resources: 3 });
    expect(found.share).toBeCloseTo(2 / 3);
  });

  it('counts an assignment as much as three resources, by its share of points', () => {
    const half = graded('a', 5, { topics: ['b1'] });
    expect(progressOfTopic(b1, record(['b1.r1'], [half])).share).toBeCloseTo(
      (1 + 3 * 0.5) / (2 + 3)
    );
  });

  it('counts the assignments of every course', () => {
    const there = graded('a', 10, { topics: ['b1'], course: 'other' });
    const here = assignment('a', { topics: ['b1'] });
    const found = progressOfTopic(b1, record([], [there, here]));
    expect(found.share).toBeCloseTo(3 / 8);
    expect(found.assignments).toHaveLength(2);
  });

  it('is done with everything read and half of the points', () => {
    const all = ['b1.r1', 'b1.r2'];
    const state = (score: number): string =>
      progressOfTopic(b1, record(all, [graded('a', score, { topics: ['b1'] })]))
        .state;
    expect(state(5)).toBe('done');
    expect(state(4.9)).toBe('begun');
  });

  it('is not done while an assignment is not graded', () => {
    const waiting = assignment('a', { topics: ['b1'], submissions: 1 });
    const found = progressOfTopic(b1, record(['b1.r1', 'b1.r2'], [waiting]));
    expect(found.state).toBe('begun');
  });

  it('is begun by a fetched assignment, and not by a released one', () => {
    const state = (folder: string | null): string =>
      progressOfTopic(
        b1,
        record([], [assignment('a', { topics: ['b1'], folder })])
      ).state;
    expect(state('a')).toBe('begun');
    expect(state(null)).toBe('new');
  });

  it('is done where there is nothing to do', () => {
    expect(progressOfTopic(topic('empty', 0), record())).toMatchObject({
      state: 'done',
      share: 1
    });
  });

  it('reads a mark that is named as something every object has', () => {
    const odd = topic('t', 0, {
      resources: [{ ...b1.resources[0], id: 'constructor' }]
    });
    expect(progressOfTopic(odd, record()).read).toBe(0);
  });
});

describe('an assignment', () => {
  it('of which no points are known is passed when it is graded', () => {
    expect(isPassed(graded('a', 0, { max_score: 0, points: null }))).toBe(true);
    expect(isPassed(assignment('a', { points: null }))).toBe(false);
  });

  it('never counts more than once', () => {
    const extra = graded('a', 13, { topics: ['b1'] });
    const all = record(['b1.r1', 'b1.r2'], [extra]);
    expect(progressOfTopic(b1, all).share).toBe(1);
  });
});

describe('progress of a part', () => {
  it('is the mean of its topics, and the number of those that are done', () => {
    const read = record(['b1.r1', 'b1.r2', 'b2.r1']);
    const topics = [b1, b2].map(each => progressOfTopic(each, read));
    const found = progressOfTopics(topics);
    expect(found).toMatchObject({ done: 1, topics: 2 });
    expect(found.share).toBeCloseTo((1 + 1 / 3) / 2);
  });
});

describe('progress of a seed notebook', () => {
  it('is that of the assignments that build on it', () => {
    const on = { seed_notebooks: ['n1'] };
    const n1 = notebook('n1');
    expect(progressOfNotebook(n1, record())).toBeNull();
    expect(progressOfNotebook(n1, record([], [assignment('a', on)]))).toEqual({
      state: 'new',
      share: 0
    });
    expect(
      progressOfNotebook(
        n1,
        record([], [graded('a', 8, on), assignment('b', on)])
      )
    ).toEqual({ state: 'begun', share: 0.4 });
    expect(progressOfNotebook(n1, record([], [graded('a', 8, on)]))).toEqual({
      state: 'done',
      share: 0.8
    });
  });
});

describe('per cent', () => {
  it('are 100 for the whole only, and never 0 for a little', () => {
    expect([0, 0.001, 0.29, 0.9999, 1].map(percent)).toEqual([
      0, 1, 29, 99, 100
    ]);
  });
});
