import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

/** The plugin that the classroom's panels hang on; it has none yet. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'llm-classroom:plugin',
  description: 'A course on large language models as an autograded classroom.',
  autoStart: true,
  activate: (_app: JupyterFrontEnd): void => undefined
};

export default plugin;
