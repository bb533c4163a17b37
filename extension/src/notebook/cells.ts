import * as nbformat from '@jupyterlab/nbformat';
import { TranslationBundle } from '@jupyterlab/translation';

import { pointsOfCell } from '../report/facts';
import { pointsText } from '../words/points';
import { SharedCell, SharedCodeCell, SharedNotebook } from './shared';

/**
 * What nbgrader's metadata make of a cell: code to be written, an answer read by a person, a task,
 * a check, or a cell that is restored before grading.
 */
export type Role = 'answer' | 'manual' | 'task' | 'check' | 'locked';

export interface IRoledCell {
  gradeId: string;
  role: Role;
  points: number | null;
}

const MAX_ID = 200;

/** Read nbgrader's metadata of a cell; null for an ordinary cell. */
export function roleOf(nbgrader: unknown): IRoledCell | null {
  if (typeof nbgrader !== 'object' || nbgrader === null) {
    return null;
  }
  const fields = nbgrader as Record<string, unknown>;
  const gradeId = fields.grade_id;
  const role = roleOfFields(fields);
  if (typeof gradeId !== 'string' || !role) {
    return null;
  }
  const points = role === 'locked' || role === 'answer' ? null : fields;
  return {
    gradeId: gradeId.slice(0, MAX_ID),
    role,
    points: points && pointsOfCell(points)
  };
}

function roleOfFields(fields: Record<string, unknown>): Role | null {
  if (fields.task === true) {
    return 'task';
  }
  if (fields.solution === true) {
    return fields.grade === true ? 'manual' : 'answer';
  }
  if (fields.grade === true) {
    return 'check';
  }
  return fields.locked === true ? 'locked' : null;
}

/** What a cell is to the student, in a few words. */
export function roleLabel(cell: IRoledCell, trans: TranslationBundle): string {
  const words = {
    answer: trans.__('Your answer'),
    manual: trans.__('Your answer'),
    task: trans.__('Task'),
    check: trans.__('Check'),
    locked: trans.__('Locked')
  }[cell.role];
  if (cell.points === null) {
    return words;
  }
  return `${words}, ${pointsText(trans, cell.points)}`;
}

/** A graded or locked cell of the open notebook, as it is now. */
export interface IOpenCell extends IRoledCell {
  /** The cell's own id, which a move keeps. */
  id: string;
  index: number;
  type: string;
  source: string;
  /** None where the cell is no code. */
  outputs: nbformat.IOutput[];
  hasRun: boolean;
}

/** The graded and locked cells of a notebook, in their order. */
export function openCells(notebook: SharedNotebook): IOpenCell[] {
  const found: IOpenCell[] = [];
  notebook.cells.forEach((cell, index) => {
    const role = roleOf(cell.getMetadata('nbgrader'));
    if (role) {
      found.push({ ...role, ...contentOf(cell), index });
    }
  });
  return found;
}

function contentOf(
  cell: SharedCell
): Omit<IOpenCell, keyof IRoledCell | 'index'> {
  const code = isCode(cell) ? cell : null;
  return {
    id: cell.getId(),
    type: cell.cell_type,
    source: cell.getSource(),
    outputs: code?.getOutputs() ?? [],
    hasRun: (code?.execution_count ?? null) !== null
  };
}

function isCode(cell: SharedCell): cell is SharedCodeCell {
  return cell.cell_type === 'code';
}
