import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import {
  duration,
  points,
  signed,
  total
} from '../../../extension/src/feedback/words';
import { report } from './data';

const trans = nullTranslator.load('llm-classroom');

describe('words', () => {
  it('rounds points to a hundredth', () => {
    expect([points(1 / 3), points(2), points(null)]).toEqual([
      '0.33',
      '2',
      '–'
    ]);
    expect([signed(1.5), signed(-1.5)]).toEqual(['+1.5', '−1.5']);
  });

  it('tells a length of time roughly', () => {
    expect([10, 60, 3600, 7200, 86400, 172800].map(s => duration(s, trans))).toEqual([
      '1 minute',
      '1 minute',
      '60 minutes',
      '2 hours',
      '24 hours',
      '2 days'
    ]);
  });

  it('sums over notebooks what each of them tells', () => {
    const scores = report().scores;
    const graded = report({ scores: { ...scores, manual: 2 } });
    const silent = report({ scores: { ...scores, final: null } });
    expect(total([report(), graded], 'final')).toBe(3);
    expect(total([report(), graded], 'manual')).toBe(2);
    expect(total([report()], 'manual')).toBeNull();
    expect(total([report(), silent], 'final')).toBeNull();
    expect(total([], 'final')).toBeNull();
  });
});
