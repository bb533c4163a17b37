import {
  ILabShell,
  ILayoutRestorer,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../commands';
import { IClassroom, IClassroomPanel } from '../tokens';
import { addProgressCommands } from './commands';
import { Actions, IContext } from './context';
import { addMapCommand } from './mapCommand';
import { NextStepSection, OutlineSection } from './sections';
import { StandingModel } from './standing';

const ID = 'llm-classroom:roadmap';

/** Next step, search, roadmap and map. */
export const roadmap: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'The roadmap of the course: next step, search, outline, map.',
  autoStart: true,
  requires: [IClassroom, IRenderMimeRegistry],
  optional: [
    IClassroomPanel,
    ICommandPalette,
    ILabShell,
    ILauncher,
    ILayoutRestorer,
    ISettingRegistry,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    classroom: IClassroom,
    rendermime: IRenderMimeRegistry,
    panel: IClassroomPanel | null,
    palette: ICommandPalette | null,
    labShell: ILabShell | null,
    launcher: ILauncher | null,
    restorer: ILayoutRestorer | null,
    settings: ISettingRegistry | null,
    translator: ITranslator | null
  ): void => {
    const { api, courses, trans } = classroom;
    const { commands } = app;
    const standing = new StandingModel(classroom.roadmap, courses);
    const context: IContext = {
      actions: new Actions(commands),
      rendermime,
      standing,
      trans
    };
    addMapCommand(app, context, labShell, restorer, translator);
    addProgressCommands(commands, api, classroom.roadmap, trans);
    panel?.add(new NextStepSection(context), 10);
    panel?.add(new OutlineSection(context), 40);

    const category = trans.__('LLM Classroom');
    for (const command of [
      CommandIDs.openMap,
      CommandIDs.exportProgress,
      CommandIDs.importProgress
    ]) {
      palette?.addItem({ command, category, args: { isPalette: true } });
    }
    launcher?.add({ command: CommandIDs.openMap, category, rank: 1 });
    if (settings) {
      void follow(settings, standing);
    }
  }
};

/** Take over the settings now and when they change. */
async function follow(
  registry: ISettingRegistry,
  standing: StandingModel
): Promise<void> {
  const settings = await registry.load(ID);
  const take = (): void => {
    standing.soonDays = settings.get('soonDays').composite as number;
  };
  settings.changed.connect(take);
  take();
}
