import {
  ILabShell,
  ILayoutRestorer,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  MainAreaWidget,
  WidgetTracker
} from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { CommandIDs } from '../commands';
import { mainArea } from '../mainArea';
import { IClassroom, IClassroomPanel } from '../tokens';
import { ActionsModel } from './actions';
import { addCommands } from './commands';
import { OpenDocuments } from './documents';
import { FilterModel } from './filter';
import { AssignmentPage, framed } from './page/widget';
import { AssignmentsSection } from './section';
import { IShared } from './shared';
import { Target } from './target';

const ID = 'llm-classroom:assignments';

/** Commands that are about the assignment at hand unless one is named. */
const AT_HAND = [
  CommandIDs.openAssignment,
  CommandIDs.checkAll,
  CommandIDs.submit,
  CommandIDs.fetch,
  CommandIDs.showFolder
];

/** Assignments: the section of the side panel, their pages, their commands. */
export const assignments: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Fetch, open, check and submit assignments.',
  autoStart: true,
  requires: [IClassroom, IClassroomPanel],
  optional: [ICommandPalette, ILabShell, ILayoutRestorer, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    classroom: IClassroom,
    panel: IClassroomPanel,
    palette: ICommandPalette | null,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    settings: ISettingRegistry | null
  ): void => {
    const shared: IShared = {
      classroom,
      actions: new ActionsModel(classroom.api, classroom.jobs),
      documents: new OpenDocuments(app.shell),
      commands: app.commands,
      now: () => new Date()
    };
    const pages = new WidgetTracker<MainAreaWidget<AssignmentPage>>({
      namespace: 'llm-classroom-assignments'
    });
    const filter = new FilterModel();
    const section = new AssignmentsSection(shared, filter);
    panel.add(section, 20);

    const openPage = (course: string, id: string): void => {
      let page = pages.find(
        ({ content: { model } }) => model.course === course && model.id === id
      );
      if (!page) {
        page = framed(shared, course, id);
        void pages.add(page);
      }
      if (!page.isAttached) {
        app.shell.add(page, mainArea(labShell));
      }
      app.shell.activateById(page.id);
    };
    addCommands(
      shared,
      new Target(shared, () => shownIn(app, pages)),
      openPage
    );
    void restorer?.restore(pages, {
      command: CommandIDs.openAssignment,
      args: ({ content }) => ({
        course: content.model.course,
        assignment: content.model.id
      }),
      name: ({ id }) => id
    });
    for (const command of AT_HAND) {
      palette?.addItem({ command, category: classroom.trans.__('LLM Classroom') });
    }
    follow(app, shared, section);
    void settings?.load(ID).then(
      found => filter.keepIn(found),
      // Without settings the filter holds until the page is left.
      () => undefined
    );
  }
};

function shownIn(
  app: JupyterFrontEnd,
  pages: WidgetTracker<MainAreaWidget<AssignmentPage>>
): { course: string; id: string } | null {
  const shown = pages.find(page => page === app.shell.currentWidget);
  return shown?.content.model ?? null;
}

/** Keep the section and the commands up to date with what has the focus. */
function follow(
  app: JupyterFrontEnd,
  { actions, classroom, documents }: IShared,
  section: AssignmentsSection
): void {
  const tell = (): void =>
    AT_HAND.forEach(id => app.commands.notifyCommandChanged(id));
  actions.changed.connect(tell);
  classroom.courses.changed.connect(tell);
  app.shell.currentChanged?.connect(() => {
    section.update();
    tell();
    if (documents.current !== null) {
      // Once: whether the document belongs to an assignment.
      void classroom.courses.ensure();
    }
  });
}
