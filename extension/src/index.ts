import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { assignments } from './assignments/plugin';
import { feedback } from './feedback/plugin';
import { notebook } from './notebook/plugin';
import { panel } from './panel/plugin';
import { classroom } from './plugin';
import { report } from './report/plugin';
import { roadmap } from './roadmap/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  classroom,
  panel,
  roadmap,
  assignments,
  notebook,
  report,
  feedback
];

export default plugins;
