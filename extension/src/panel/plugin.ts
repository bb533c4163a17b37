import {
  ILayoutRestorer,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { IMainMenu } from '@jupyterlab/mainmenu';
import { ITranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../commands';
import { classroomIcon } from '../icons';
import { IClassroom, IClassroomPanel } from '../tokens';
import { ClassroomPanel } from './panel';

/** The side panel, and the ways to it. */
export const panel: JupyterFrontEndPlugin<IClassroomPanel> = {
  id: 'llm-classroom:panel',
  description: 'The side panel of the classroom.',
  autoStart: true,
  provides: IClassroomPanel,
  requires: [IClassroom],
  optional: [
    ICommandPalette,
    ILauncher,
    ILayoutRestorer,
    IMainMenu,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    classroom: IClassroom,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    restorer: ILayoutRestorer | null,
    menu: IMainMenu | null,
    translator: ITranslator | null
  ): IClassroomPanel => {
    const { trans } = classroom;
    const side = new ClassroomPanel(classroom, translator ?? undefined);
    app.shell.add(side, 'left', { rank: 150 });
    restorer?.add(side, side.id);

    const command = CommandIDs.showPanel;
    app.commands.addCommand(command, {
      label: trans.__('Show the Classroom'),
      caption: trans.__('The course: where you are, what is next, what is due'),
      icon: classroomIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => app.shell.activateById(side.id)
    });
    const category = trans.__('LLM Classroom');
    palette?.addItem({ command, category });
    launcher?.add({ command, category, rank: 0 });
    menu?.viewMenu.addGroup([{ command }], 20);
    return side;
  }
};
