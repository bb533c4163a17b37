import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import { roleLabel, roleOf } from '../../../extension/src/notebook/cells';

const trans = nullTranslator.load('llm-classroom');

describe('roleOf', () => {
  it.each<[object, string]>([
    [{ solution: true }, 'Your answer'],
    [{ solution: true, grade: true, points: 2 }, 'Your answer, 2 points'],
    [{ grade: true, locked: true, points: 3 }, 'Check, 3 points'],
    [{ grade: true, points: 1 }, 'Check, 1 point'],
    [{ task: true, points: 0.5 }, 'Task, 0.5 points'],
    [{ locked: true }, 'Locked']
  ])('knows %j as %s', (fields, label) => {
    const role = roleOf({ grade_id: 'x', ...fields })!;
    expect(roleLabel(role, trans)).toBe(label);
  });

  it.each<[unknown]>([
    [undefined],
    [null],
    ['grade'],
    [{}],
    [{ grade_id: 'x' }],
    [{ grade: true }],
    [{ grade_id: 7, grade: true }],
    [{ grade_id: 'x', grade: 'true' }]
  ])('knows %j as an ordinary cell', nbgrader => {
    expect(roleOf(nbgrader)).toBeNull();
  });

  it('takes no points that are none', () => {
    expect(roleOf({ grade_id: 'x', grade: true, points: NaN })!.points).toBeNull();
    expect(roleOf({ grade_id: 'x', grade: true, points: '3' })!.points).toBeNull();
  });
});
