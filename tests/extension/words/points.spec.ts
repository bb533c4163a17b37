import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import {
  amount,
  pointsText,
  scoreText,
  signed
} from '../../../extension/src/words/points';

const trans = nullTranslator.load('llm-classroom');

describe('points', () => {
  it('are rounded to a hundredth', () => {
    expect([amount(1 / 3), amount(2), amount(null)]).toEqual(['0.33', '2', '–']);
    expect([signed(1.5), signed(-1.5)]).toEqual(['+1.5', '−1.5']);
  });

  it('are one or several', () => {
    expect([1, 2, 0, 0.5, 2 / 3].map(n => pointsText(trans, n))).toEqual([
      '1 point',
      '2 points',
      '0 points',
      '0.5 points',
      '0.67 points'
    ]);
  });

  it('are told of those there are, where that is known', () => {
    expect([
      scoreText(trans, 7.5, 10),
      scoreText(trans, null, 10),
      scoreText(trans, 1, null),
      scoreText(trans, null, null)
    ]).toEqual(['7.5 of 10 points', '– of 10 points', '1 point', '– of – points']);
  });
});
