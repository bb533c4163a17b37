import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { panel } from './panel/plugin';
import { classroom } from './plugin';
import { roadmap } from './roadmap/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  classroom,
  panel,
  roadmap
];

export default plugins;
