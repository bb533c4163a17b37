import { Api } from '../api';
import { roleOf } from './cells';
import { SharedNotebook } from './shared';

/** A cell that stood somewhere. */
export interface IPlace {
  id: string;
  /** null for an ordinary cell. */
  gradeId: string | null;
}

/** The cells of a notebook in their order. */
export function placesOf(notebook: SharedNotebook): IPlace[] {
  return notebook.cells.map(cell => ({
    id: cell.getId(),
    gradeId: gradeIdOf(cell.getMetadata('nbgrader'))
  }));
}

/** Index of the cell of that name which is graded, the last one; -1 where there is none. */
export function lastIndexOf(notebook: SharedNotebook, gradeId: string): number {
  return notebook.cells.reduce(
    (last, cell, index) =>
      gradeIdOf(cell.getMetadata('nbgrader')) === gradeId ? index : last,
    -1
  );
}

/**
 * Where a released cell that is gone belongs.
 *
 * @param order - Where the cells stood when it was last there; may be empty.
 */
export function placeFor(
  cell: Api.IReleasedCell,
  notebook: SharedNotebook,
  released: readonly Api.IReleasedCell[],
  order: readonly IPlace[]
): number {
  return (
    placeAsBefore(cell, notebook, order) ??
    placeAfter(cell, notebook, released) ??
    placeBefore(cell, notebook, released) ??
    notebook.cells.length
  );
}

/** Below the nearest cell that stood above it and still stands. */
function placeAsBefore(
  cell: Api.IReleasedCell,
  notebook: SharedNotebook,
  order: readonly IPlace[]
): number | null {
  const was = order.map(place => place.gradeId).lastIndexOf(cell.grade_id);
  const now = placesOf(notebook);
  for (const { id, gradeId } of order.slice(0, Math.max(0, was)).reverse()) {
    // A cell that was restored has its name again, and another id.
    const index = now.findIndex(
      place => place.id === id || (gradeId && place.gradeId === gradeId)
    );
    if (index !== -1) {
      return index + 1;
    }
  }
  return was === -1 ? null : 0;
}

/** Below the nearest released cell above it that is there. */
function placeAfter(
  cell: Api.IReleasedCell,
  notebook: SharedNotebook,
  released: readonly Api.IReleasedCell[]
): number | null {
  const known = new Map(released.map(other => [other.grade_id, other]));
  let above = cell.after;
  for (let i = 0; above !== null && i < released.length; i++) {
    const index = lastIndexOf(notebook, above);
    if (index !== -1) {
      return index + 1;
    }
    above = known.get(above)?.after ?? null;
  }
  return null;
}

/** Above the first released cell below it that is there. */
function placeBefore(
  cell: Api.IReleasedCell,
  notebook: SharedNotebook,
  released: readonly Api.IReleasedCell[]
): number | null {
  const below = released
    .slice(released.indexOf(cell) + 1)
    .map(other => lastIndexOf(notebook, other.grade_id))
    .find(index => index !== -1);
  return below ?? null;
}

function gradeIdOf(nbgrader: unknown): string | null {
  return roleOf(nbgrader)?.gradeId ?? null;
}
