import { describe, expect, it } from 'vitest';

import { formatNumber, formatPoints } from '../../../extension/src/report/numbers';

/** Written by Python: f"{value:.4g}". */
const FOUR: [number, string][] = [
  [0, '0'],
  [-0, '-0'],
  [0.5, '0.5'],
  [1, '1'],
  [100, '100'],
  [9999, '9999'],
  [99999, '1e+05'],
  [123456789, '1.235e+08'],
  [1e16, '1e+16'],
  [1e100, '1e+100'],
  [-3.14159, '-3.142'],
  [0.1 + 0.2, '0.3'],
  [1 / 3, '0.3333'],
  [0.0001, '0.0001'],
  [0.00009999, '9.999e-05'],
  [0.00001234, '1.234e-05'],
  [2.5e-7, '2.5e-07']
];
/** Halfway between two: Python takes the even one. */
const TIES: [number, string][] = [
  [12345, '1.234e+04'],
  [12355, '1.236e+04'],
  [1234.5, '1234'],
  [1235.5, '1236'],
  [9999.5, '1e+04']
];
/** f"{value:g}" */
const SIX: [number, string][] = [
  [3, '3'],
  [2.5, '2.5'],
  [2 / 3, '0.666667'],
  [1e6, '1e+06'],
  [1234567, '1.23457e+06']
];

describe('formatNumber', () => {
  it.each([...FOUR, ...TIES])('writes %d as Python does', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it.each(SIX)('writes %d points as Python does', (value, text) => {
    expect(formatPoints(value)).toBe(text);
  });
});
