import { PartialJSONObject } from '@lumino/coreutils';

import { Api } from '../api';
import { isReplaced } from './compare';
import { IPlace, lastIndexOf, placeFor } from './places';
import { NewCell, SharedNotebook } from './shared';

/**
 * Put a released cell back, as one step that can be undone.
 *
 * One that is gone returns to its place. One that was edited reads as released again, and the
 * student's own text becomes a cell below it. An answer that is there is never touched.
 *
 * @param order - Where the cells stood when the cell was last there; may be empty.
 * @returns Where the released cell is now; -1 where there was nothing to do.
 */
export function restoreCell(
  notebook: SharedNotebook,
  released: readonly Api.IReleasedCell[],
  gradeId: string,
  order: readonly IPlace[] = []
): number {
  const cell = released.find(known => known.grade_id === gradeId);
  if (!cell) {
    return -1;
  }
  const index = lastIndexOf(notebook, gradeId);
  if (index === -1) {
    const place = placeFor(cell, notebook, released, order);
    asOneStep(notebook, () => notebook.insertCell(place, newCell(cell)));
    return place;
  }
  if (!isReplaced(cell)) {
    return -1;
  }
  replace(notebook, index, cell);
  return index;
}

function replace(
  notebook: SharedNotebook,
  index: number,
  cell: Api.IReleasedCell
): void {
  const mine = notebook.cells[index];
  const source = mine.getSource();
  const cells: NewCell[] = [{ ...newCell(cell), id: mine.getId() }];
  if (source.trim()) {
    cells.push({ cell_type: mine.cell_type, source, metadata: {} });
  }
  asOneStep(notebook, () => {
    // A cell keeps a history of its own, so a change of its source would be undone apart from the
    // insertion below it.
    notebook.deleteCell(index);
    notebook.insertCells(index, cells);
  });
}

function newCell(cell: Api.IReleasedCell): NewCell {
  const content = {
    cell_type: cell.cell_type,
    source: cell.source,
    metadata: cell.metadata as PartialJSONObject
  };
  return cell.cell_type === 'code'
    ? { ...content, outputs: [], execution_count: null }
    : content;
}

function asOneStep(notebook: SharedNotebook, change: () => void): void {
  const { undoManager } = notebook as {
    undoManager?: { stopCapturing(): void };
  };
  // Else a change shortly before or after would be undone together with ours.
  undoManager?.stopCapturing();
  notebook.transact(change);
  undoManager?.stopCapturing();
}
