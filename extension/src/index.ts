import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { panel } from './panel/plugin';
import { classroom } from './plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [classroom, panel];

export default plugins;
