import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { feedback } from './feedback/plugin';
import { assignments } from './assignments/plugin';
import { notebook } from './notebook/plugin';
import { panel } from './panel/plugin';
import { classroom } from './plugin';
import { roadmap } from './roadmap/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [classroom, panel, feedback];
const plugins: JupyterFrontEndPlugin<unknown>[] = [
  classroom,
  panel,
  roadmap
];
const plugins: JupyterFrontEndPlugin<unknown>[] = [classroom, panel, assignments];
import { report } from './report/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  classroom,
  panel,
  assignments,
  notebook,
  report
];

export default plugins;
