import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { assignments } from './assignments/plugin';
import { panel } from './panel/plugin';
import { classroom } from './plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [classroom, panel, assignments];

export default plugins;
