import { JupyterFrontEnd } from '@jupyterlab/application';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { CommandIDs } from '../commands';
import { IClassroom } from '../tokens';
import { Announcer } from './announce';
import { ChecksModel } from './checks';
import { goToCell } from './goto';
import { OpenNotebooks } from './open';

/** What the commands of a notebook work on. */
export interface INotebookParts {
  app: JupyterFrontEnd;
  announcer: Announcer;
  checks: ChecksModel;
  classroom: IClassroom;
  notebooks: OpenNotebooks;
  tracker: INotebookTracker;
  /** Show the questions of the notebook in front. */
  showQuestions: () => void;
}

export function addCommands(parts: INotebookParts): void {
  const { app, announcer, classroom, notebooks, tracker } = parts;
  const { trans } = classroom;
  app.commands.addCommand(CommandIDs.checkNotebook, {
    label: trans.__('Check This Notebook'),
    caption: trans.__(
      'Run the saved notebook in a fresh kernel, and tell what its checks say'
    ),
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: () => {
      const state = notebooks.current;
      return state !== null && state.key !== null && !state.isChecking;
    },
    execute: () =>
      tracker.currentWidget && checkNotebook(parts, tracker.currentWidget)
  });
  app.commands.addCommand(CommandIDs.goToQuestion, {
    label: trans.__('Go to Question'),
    describedBy: {
      args: {
        type: 'object',
        required: ['path', 'gradeId'],
        properties: {
          path: { type: 'string', description: 'Of the notebook' },
          gradeId: { type: 'string', description: 'Of the cell' }
        }
      }
    },
    execute: async ({ path, gradeId }: ReadonlyPartialJSONObject) => {
      if (typeof path !== 'string' || typeof gradeId !== 'string') {
        return;
      }
      const panel = await openNotebook(parts, path);
      if (!panel) {
        return;
      }
      const title = notebooks.stateOf(panel).titleOf(gradeId);
      announcer.say(
        (await goToCell(panel, gradeId))
          ? trans.__('At the cell of “%1”.', title)
          : trans.__('The notebook has no cell of “%1”.', title)
      );
    }
  });
  notebooks.changed.connect(() =>
    app.commands.notifyCommandChanged(CommandIDs.checkNotebook)
  );
}

/** Save a notebook, check it in a fresh kernel, and show what that found. */
export async function checkNotebook(
  parts: INotebookParts,
  panel: NotebookPanel
): Promise<void> {
  const { checks, classroom, notebooks, tracker } = parts;
  const { key } = notebooks.stateOf(panel);
  if (!key) {
    return;
  }
  const { context } = panel;
  await checks.run(key, async () => {
    if (context.model.dirty) {
      await context.save();
    }
    if (context.model.dirty) {
      throw new Error(
        classroom.trans.__(
          'The notebook could not be saved, so nothing was checked. Save it and try again.'
        )
      );
    }
  });
  if (tracker.currentWidget === panel) {
    parts.showQuestions();
  }
}

async function openNotebook(
  parts: INotebookParts,
  path: string
): Promise<NotebookPanel | null> {
  const { app, tracker } = parts;
  const isAt = (panel: NotebookPanel): boolean => panel.context.path === path;
  const open = tracker.find(isAt);
  if (open) {
    app.shell.activateById(open.id);
    return open;
  }
  await app.commands.execute('docmanager:open', { path });
  // In Notebook 7 it is another tab of the browser.
  return tracker.find(isAt) ?? null;
}
