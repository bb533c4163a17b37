import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { classroom } from './plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [classroom];

export default plugins;
