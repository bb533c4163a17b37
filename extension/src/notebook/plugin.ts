import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  IToolbarWidgetRegistry
} from '@jupyterlab/apputils';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Widget } from '@lumino/widgets';

import { CommandIDs } from '../commands';
import { IClassroom, IClassroomPanel } from '../tokens';
import { Announcer } from './announce';
import { ChecksModel } from './checks';
import { addCommands, checkNotebook, INotebookParts } from './commands';
import { OpenNotebooks } from './open';
import { QuestionsSection } from './section';
import { CheckButton } from './toolbar';

const ID = 'llm-classroom:notebook';

/** An assignment's notebook: its check, its questions, its cells' marks and warnings. */
export const notebook: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Checks, questions and warnings in the notebooks of assignments.',
  autoStart: true,
  requires: [IClassroom, INotebookTracker],
  optional: [
    IClassroomPanel,
    ICommandPalette,
    ISettingRegistry,
    IToolbarWidgetRegistry
  ],
  activate: (
    app: JupyterFrontEnd,
    classroom: IClassroom,
    tracker: INotebookTracker,
    panel: IClassroomPanel | null,
    palette: ICommandPalette | null,
    settings: ISettingRegistry | null,
    toolbars: IToolbarWidgetRegistry | null
  ): void => {
    const { trans } = classroom;
    const announcer = new Announcer();
    const checks = new ChecksModel(classroom.api, classroom.jobs);
    const notebooks = new OpenNotebooks(
      classroom,
      checks,
      tracker,
      announcer
    );
    const section = new QuestionsSection(trans, ({ path }, gradeId) => {
      void app.commands.execute(CommandIDs.goToQuestion, { path, gradeId });
    });
    panel?.add(section, 30);
    const parts: INotebookParts = {
      app,
      announcer,
      checks,
      classroom,
      notebooks,
      tracker,
      showQuestions: () => {
        if (panel && app.commands.hasCommand(CommandIDs.showPanel)) {
          void app.commands.execute(CommandIDs.showPanel);
        }
        section.reveal();
      }
    };
    addCommands(parts);
    palette?.addItem({
      command: CommandIDs.checkNotebook,
      category: trans.__('LLM Classroom')
    });
    toolbars?.addFactory('Notebook', 'llm-classroom-check', widget =>
      checkButton(parts, widget)
    );

    const onCurrent = (): void => {
      section.state = notebooks.current;
    };
    tracker.currentChanged.connect(onCurrent);
    onCurrent();
    if (settings) {
      void follow(settings, notebooks);
    }
  }
};

function checkButton(parts: INotebookParts, widget: Widget): Widget {
  const panel = widget as NotebookPanel;
  const state = parts.notebooks.stateOf(panel);
  const actions = {
    check: () => void checkNotebook(parts, panel),
    cancel: () => {
      if (state.key) {
        void parts.checks.cancel(state.key);
      }
    },
    show: parts.showQuestions
  };
  return new CheckButton(state, actions, parts.classroom.trans);
}

async function follow(
  registry: ISettingRegistry,
  notebooks: OpenNotebooks
): Promise<void> {
  const settings = await registry.load(ID);
  const read = (): void => {
    notebooks.settings = {
      marks: settings.composite.marks !== false,
      warnings: settings.composite.warnings !== false
    };
  };
  settings.changed.connect(read);
  read();
}
