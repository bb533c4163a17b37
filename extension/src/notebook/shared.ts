import { INotebookModel } from '@jupyterlab/notebook';

/** The shared model of a notebook, by way of the package that hands it out. */
export type SharedNotebook = INotebookModel['sharedModel'];

export type SharedCell = SharedNotebook['cells'][number];

export type SharedCodeCell = Extract<SharedCell, { execution_count: unknown }>;

/** A cell as it is inserted. */
export type NewCell = Parameters<SharedNotebook['insertCell']>[1];
