import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { feedback } from './feedback/plugin';
import { panel } from './panel/plugin';
import { classroom } from './plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [classroom, panel, feedback];

export default plugins;
