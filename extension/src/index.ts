import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { assignments } from './assignments/plugin';
import { notebook } from './notebook/plugin';
import { panel } from './panel/plugin';
import { classroom } from './plugin';
import { report } from './report/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  classroom,
  panel,
  assignments,
  notebook,
  report
];

export default plugins;
