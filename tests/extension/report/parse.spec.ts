import { describe, expect, it } from 'vitest';

import { cleanText, parseReport } from '../../../extension/src/report/parse';
import { finding, report } from './samples';

describe('parseReport', () => {
  it('hands on a report as it is', () => {
    expect(parseReport(report())).toEqual(report());
  });

  it('takes what a number without a name in JSON is written as', () => {
    const data = report({ findings: [finding({ measured: 'nan' })] });
    expect(parseReport(data)?.findings[0].measured).toBe('nan');
  });

  it('knows defaults for what an older report leaves out', () => {
    const data = report({ findings: [{ name: 'x', passed: true }] as never });
    expect(parseReport(data)?.findings[0]).toEqual({
      name: 'x',
      passed: true,
      measured: null,
      wanted: '',
      unit: '',
      gate: false,
      hint: '',
      hidden: false,
      attempted: true
    });
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', '{"schema": 1}'],
    ['a list', [report()]],
    ['another schema', { ...report(), schema: 2 }],
    ['an unknown state', { ...report(), state: 'perfect' }],
    ['no findings', { ...report(), findings: null }],
    ['findings that are an object', { ...report(), findings: {} }],
    ['a finding that is a text', { ...report(), findings: ['x'] }],
    ['a finding without a name', { ...report(), findings: [{ passed: true }] }],
    ['a finding that says yes', report({ findings: [finding({ passed: 'yes' as never })] })],
    ['an object as measured', report({ findings: [finding({ measured: {} as never })] })],
    ['a negative weight', report({ findings: [finding({ weight: -1 })] })],
    ['an endless number', report({ findings: [finding({ measured: Infinity })] })],
    ['half a hidden finding', { ...report(), hidden_remaining: 0.5 }],
    ['points that are a text', { ...report(), points: '3' }],
    ['a title that is an object', { ...report(), title: { toString: 'x' } }],
    ['more findings than anybody reads', report({ findings: Array(201).fill(finding()) })]
  ])('refuses %s', (_, data) => {
    expect(parseReport(data)).toBeNull();
  });

  it('drops fields that it does not know', () => {
    const data = { ...report(), onclick: 'alert(1)', __proto__: { x: 1 } };
    expect(parseReport(data)).toEqual(report());
  });

  it('bounds every text', () => {
    const data = report({ title: 'x'.repeat(1e6) });
    expect(parseReport(data)?.title).toHaveLength(300);
  });
});

describe('cleanText', () => {
  it('takes out what is invisible, or turns the direction of writing', () => {
    expect(cleanText('a\u202eb\u0000c\u200bd\n\te')).toBe('abcd e');
  });

  it('cuts between characters and not within one', () => {
    expect(cleanText('🎓'.repeat(400), 3)).toBe('🎓🎓…');
  });
});
