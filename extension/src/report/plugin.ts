import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';

import { IClassroom } from '../tokens';
import { reportFactory } from './renderer';

/** Draws the report that a check leaves in a notebook. */
export const report: JupyterFrontEndPlugin<void> = {
  id: 'llm-classroom:report',
  description: 'Draws the report of a check in a notebook.',
  autoStart: true,
  requires: [IClassroom, IRenderMimeRegistry],
  activate: (
    _: JupyterFrontEnd,
    classroom: IClassroom,
    rendermime: IRenderMimeRegistry
  ): void => {
    rendermime.addFactory(reportFactory(classroom.trans));
  }
};
