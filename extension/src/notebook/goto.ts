import { Notebook, NotebookPanel } from '@jupyterlab/notebook';

import { lastIndexOf } from './places';

/**
 * Scroll to the cell of that name, select it and focus it.
 *
 * @returns Whether there is such a cell.
 */
export async function goToCell(
  panel: NotebookPanel,
  gradeId: string
): Promise<boolean> {
  await panel.context.ready;
  await panel.revealed;
  const { content } = panel;
  const shared = content.model?.sharedModel;
  const index = shared ? lastIndexOf(shared, gradeId) : -1;
  if (index === -1) {
    return false;
  }
  await selectCell(content, index);
  return true;
}

/** Scroll to a cell, select it and focus it, without beginning to edit. */
export async function selectCell(
  notebook: Notebook,
  index: number
): Promise<void> {
  notebook.mode = 'command';
  notebook.deselectAll();
  notebook.activeCellIndex = index;
  await notebook.scrollToItem(index, 'center').catch(() => {
    // The notebook is not shown; it scrolls to its active cell when it is.
  });
  notebook.activeCell?.node.focus();
}
