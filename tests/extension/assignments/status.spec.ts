import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import { Api } from '../../../extension/src/api';
import { actionsOf } from '../../../extension/src/assignments/next';
import { arranged, isDone, statusOf } from '../../../extension/src/assignments/status';
import { latePolicy } from '../../../extension/src/assignments/words';
import { assignment } from '../testing/samples';

const trans = nullTranslator.load('');
const words = (changes: Partial<Api.IAssignment>): string[] =>
  statusOf(trans, assignment(changes)).map(({ text }) => text);

describe('statusOf', () => {
  it.each<[Partial<Api.IAssignment>, string[]]>([
    [{}, ['Released']],
    [{ released: false }, ['No longer offered']],
    [{ folder: 'a' }, ['Fetched']],
    [{ folder: 'a', submissions: 1 }, ['Submitted']],
    [{ folder: 'a', submissions: 3 }, ['Submitted 3 times']],
    [
      { folder: 'a', submissions: 2, submitted: '2026-03-10T15:00:00Z' },
      ['Submitted 2 times, 3 hours late']
    ],
    [
      { folder: 'a', release_changed: true },
      ['Release changed since you fetched it', 'Fetched']
    ],
    [{ folder: 'a', missing: ['x.py'] }, ['1 file missing', 'Fetched']],
    [{ submissions: 1, feedback: 'ready' }, ['Feedback ready', 'Submitted']],
    [
      { submissions: 1, feedback: 'fetched', score: 7.5, max_score: 10 },
      ['7.5 of 10 points', 'Submitted']
    ],
    [
      { submissions: 1, feedback: 'updated', score: 7, max_score: 10 },
      ['Newer feedback ready', '7 of 10 points', 'Submitted']
    ],
    [{ submissions: 1, feedback: 'fetched' }, ['Feedback fetched', 'Submitted']]
  ])('of %j is %j', (changes, expected) => {
    expect(words(changes)).toEqual(expected);
  });
});

describe('arranged', () => {
  const early = assignment({ id: 'early', due: '2026-03-01T00:00:00Z' });
  const late = assignment({ id: 'late', due: '2026-04-01T00:00:00Z' });
  const open = assignment({ id: 'open', due: null, submissions: 1 });
  const ids = (...all: Parameters<typeof arranged>): string[] =>
    arranged(...all).map(a => a.id);

  it('puts what is due first to the top, and what is never due last', () => {
    expect(ids([open, late, early], 'all')).toEqual(['early', 'late', 'open']);
  });

  it('orders those without a due date by title', () => {
    const a = assignment({ id: 'x', due: null, title: 'Attention' });
    const b = assignment({ id: 'y', due: null, title: 'Bits' });
    expect(ids([b, a], 'all')).toEqual(['x', 'y']);
  });

  it('keeps what is to do apart from what is done', () => {
    expect(ids([open, late, early], 'todo')).toEqual(['early', 'late']);
    expect(ids([open, late, early], 'done')).toEqual(['open']);
  });

  it('counts unread feedback and a new release as something to do', () => {
    expect(isDone(assignment({ submissions: 1 }))).toBe(true);
    expect(isDone(assignment({ submissions: 1, feedback: 'ready' }))).toBe(false);
    expect(isDone(assignment({ submissions: 1, release_changed: true }))).toBe(
      false
    );
  });
});

describe('actionsOf', () => {
  const first = (changes: Partial<Api.IAssignment>, isOpen = false): string =>
    actionsOf(assignment(changes), isOpen).first;

  it('leads from the release to the feedback', () => {
    expect(first({})).toBe('fetch');
    expect(first({ folder: 'a' })).toBe('open');
    expect(first({ folder: 'a' }, true)).toBe('submit');
    expect(first({ folder: 'a', submissions: 1 })).toBe('open');
    expect(first({ folder: 'a', submissions: 1 }, true)).toBe('submit');
    expect(first({ folder: 'a', submissions: 1, feedback: 'ready' }, true)).toBe(
      'feedback'
    );
    expect(first({ folder: 'a', submissions: 1, feedback: 'fetched' })).toBe(
      'feedback'
    );
  });

  it('gets a new release before anything is submitted', () => {
    expect(first({ folder: 'a', release_changed: true }, true)).toBe('update');
  });

  it('offers nothing that cannot be done', () => {
    const gone = actionsOf(assignment({ released: false }), false);
    expect(gone).toEqual({ first: 'details', others: [] });
    const kept = actionsOf(assignment({ released: false, folder: 'a' }), false);
    expect(kept.others).not.toContain('update');
  });

  it('offers each action once', () => {
    for (const folder of [null, 'a']) {
      for (const feedback of ['none', 'ready', 'updated', 'fetched'] as const) {
        for (const isOpen of [false, true]) {
          const { first, others } = actionsOf(
            assignment({ folder, feedback }),
            isOpen
          );
          const all = [first, ...others];
          expect(new Set(all).size).toBe(all.length);
          expect(all).toContain('details');
        }
      }
    }
  });
});

describe('latePolicy', () => {
  it('tells what late work costs', () => {
    const policy = (method: string | null): string =>
      latePolicy(trans, { plugin: 'x', method });
    expect(policy('none')).toBe('Late work loses no points.');
    expect(policy('zero')).toBe('Late work gets no points.');
    expect(policy(null)).toMatch(/ask your instructor/);
    expect(latePolicy(trans, null)).toMatch(/not known/);
  });
});
