/** Reports as autograder/checks/report.py writes them. */

import { Api } from '../../../extension/src/api';

export function finding(fields: Partial<Api.IFinding> = {}): Api.IFinding {
  return {
    name: 'a finding',
    passed: true,
    measured: 0.51234,
    wanted: '0.4 to 0.6',
    unit: '',
    weight: 1,
    gate: false,
    hint: '',
    hidden: false,
    attempted: true,
    ...fields
  };
}

export function report(
  fields: Partial<Api.IQuestionReport> = {}
): Api.IQuestionReport {
  return {
    schema: 1,
    question: 'absmax',
    title: 'Quantize by the largest value',
    state: 'partial',
    points: null,
    max_points: null,
    findings: [
      finding({ name: 'scale' }),
      finding({
        name: 'error',
        passed: false,
        measured: 12.3456,
        wanted: 'at most 5',
        unit: '%',
        hint: 'Which value is the largest?'
      })
    ],
    hidden_remaining: 0,
    ...fields
  };
}
