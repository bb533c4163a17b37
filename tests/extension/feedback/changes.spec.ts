import { describe, expect, it } from 'vitest';

import { Api } from '../../../extension/src/api';
import { changes } from '../../../extension/src/feedback/changes';
import { finding, question, report } from './data';

describe('changes', () => {
  it('has nothing to tell of a first attempt', () => {
    expect(changes([], [report()])).toBeNull();
    expect(changes([report()], [])).toBeNull();
  });

  it('tells which question gained, and which findings turned', () => {
    const before = report({
      questions: [
        question({
          score: 1,
          findings: [
            finding({ name: 'two', passed: false }),
            finding({ name: 'three', passed: true }),
            finding({ name: 'four', passed: true })
          ]
        })
      ],
      scores: { ...report().scores, final: 1 }
    });
    const after = report({
      questions: [
        question({
          score: 2.5,
          findings: [
            finding({ name: 'two', passed: true }),
            finding({ name: 'three', passed: false }),
            finding({ name: 'four', passed: true }),
            finding({ name: 'five', passed: true })
          ]
        })
      ],
      scores: { ...report().scores, final: 2.5 }
    });
    expect(changes([before], [after])).toEqual({
      before: 1,
      after: 2.5,
      questions: [
        {
          notebook: 'toy',
          gradeId: 'doubling',
          title: 'Twice the number comes back.',
          before: 1,
          after: 2.5,
          passed: ['two'],
          failed: ['three']
        }
      ]
    });
  });

  it('leaves out what stayed, within what a reader can see', () => {
    const before = report({ questions: [question({ score: 0.1 + 0.2 })] });
    const after = report({ questions: [question({ score: 0.3 })] });
    expect(changes([before], [after])!.questions).toEqual([]);
  });

  it('tells a finding that turned where the points did not', () => {
    const turn = (passed: boolean): Api.IPageReport =>
      report({ questions: [question({ findings: [finding({ passed })] })] });
    const [only] = changes([turn(true)], [turn(false)])!.questions;
    expect(only.failed).toEqual(['twice two']);
  });

  it('tells a question that was graded since, and one that is not any more', () => {
    const graded = report({ questions: [question({ score: 2 })] });
    const waiting = report({ questions: [question({ score: null })] });
    expect(changes([waiting], [graded])!.questions[0]).toMatchObject({
      before: null,
      after: 2
    });
    expect(changes([graded], [waiting])!.questions[0].after).toBeNull();
    expect(changes([waiting], [waiting])!.questions).toEqual([]);
  });

  it('compares a question with the one of its notebook', () => {
    const [one, two] = ['one', 'two'].map(notebook =>
      report({ notebook, questions: [question({ score: 0 })] })
    );
    const better = report({ notebook: 'two' });
    const found = changes([one, two], [one, better])!;
    expect(found.questions.map(change => change.notebook)).toEqual(['two']);
    expect(found).toMatchObject({ before: 3, after: 3 });
  });

  it('says nothing of questions that only one attempt has', () => {
    const other = report({ questions: [question({ grade_id: 'other' })] });
    expect(changes([report()], [other])!.questions).toEqual([]);
  });

  it('knows no sum where one notebook does not tell', () => {
    const silent = report({ scores: { ...report().scores, final: null } });
    expect(changes([silent], [report()])!.before).toBeNull();
  });
});
