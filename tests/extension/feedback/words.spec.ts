import { describe, expect, it } from 'vitest';

import { total } from '../../../extension/src/feedback/words';
import { report } from './data';

describe('words', () => {
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
