import { Cell, ICellModel } from '@jupyterlab/cells';
import { Widget } from '@lumino/widgets';

import { ICellFacts } from './report';

/** Key of what the classroom keeps in a cell's metadata. */
export const NAMESPACE = 'llm_classroom';

const MAX_ATTEMPTS = 9999;
const MAX_POINTS = 1_000_000;

/** The cell in whose output a widget lies; null in a view of the output alone. */
export function cellOf(widget: Widget): Cell | null {
  let parent: Widget | null = widget.parent;
  while (parent && !(parent instanceof Cell)) {
    parent = parent.parent;
  }
  return parent;
}

export function factsOf(model: ICellModel): ICellFacts {
  return {
    points: pointsOfCell(model.getMetadata('nbgrader')),
    attempts: attemptsOf(model.getMetadata(NAMESPACE))
  };
}

/** Points in nbgrader's metadata of a cell, which a student can write into. */
export function pointsOfCell(nbgrader: unknown): number | null {
  const points = fieldOf(nbgrader, 'points');
  return typeof points === 'number' && points >= 0 && points <= MAX_POINTS
    ? points
    : null;
}

export function attemptsOf(metadata: unknown): number {
  const attempts = fieldOf(metadata, 'attempts');
  return typeof attempts === 'number' && Number.isInteger(attempts)
    ? Math.min(MAX_ATTEMPTS, Math.max(0, attempts))
    : 0;
}

/**
 * Count one more run of a check, in the cell's metadata, so that it stays with the notebook.
 * nbgrader's checksum is of source, type, kind, id and points, so it is as it was.
 */
export function countAttempt(model: ICellModel): void {
  const metadata: unknown = model.getMetadata(NAMESPACE);
  const others =
    typeof metadata === 'object' && metadata !== null ? metadata : {};
  const attempts = Math.min(MAX_ATTEMPTS, attemptsOf(metadata) + 1);
  model.setMetadata(NAMESPACE, { ...others, attempts });
}

function fieldOf(data: unknown, name: string): unknown {
  return typeof data === 'object' && data !== null
    ? (data as Record<string, unknown>)[name]
    : undefined;
}
