import { ILabShell } from '@jupyterlab/application';

/**
 * The part of the shell for what needs more room than the side panel has. In Notebook 7 the main
 * area takes one document and drops whatever else comes, without a word; its right side is free.
 */
export function mainArea(labShell: ILabShell | null): 'main' | 'right' {
  return labShell ? 'main' : 'right';
}
