import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { notebook } from './notebook/plugin';
import { panel } from './panel/plugin';
import { classroom } from './plugin';
import { report } from './report/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [classroom, notebook, panel, report];

export default plugins;
