import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { feedback } from './feedback/plugin';
import { panel } from './panel/plugin';
import { classroom } from './plugin';
import { roadmap } from './roadmap/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [classroom, panel, feedback];
const plugins: JupyterFrontEndPlugin<unknown>[] = [
  classroom,
  panel,
  roadmap
];

export default plugins;
