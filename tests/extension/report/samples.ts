/** Reports as autograder/checks/report.py writes them. */

import { Api } from '../../../extension/src/api';
import { finding as sample } from '../testing/samples';

export function finding(fields: Partial<Api.IFinding> = {}): Api.IFinding {
  return sample({
    name: 'a finding',
    measured: 0.51234,
    wanted: '0.4 to 0.6',
    unit: '',
    weight: 1,
    ...fields
  });
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
