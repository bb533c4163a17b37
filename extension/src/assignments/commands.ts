import { Notification } from '@jupyterlab/apputils';
import { ReadonlyJSONObject } from '@lumino/coreutils';

import { Api } from '../api';
import { CommandIDs } from '../commands';
import {
  checkAssignment,
  fetchAssignment,
  notebooksOf,
  submitAssignment
} from './flows';
import { Action } from './next';
import { canPerform, GO_TO_PATH } from './perform';
import { IShared } from './shared';
import { named, Target } from './target';
import { actionText, endText, problemText } from './words';

/** Add the commands of assignments. */
export function addCommands(
  shared: IShared,
  target: Target,
  openPage: (course: string, id: string) => void
): void {
  const { commands } = shared;
  const { trans } = shared.classroom;

  const add = (
    id: string,
    words: { label: string; caption: string; action: Action },
    isEnabled: (a: Api.IAssignment) => boolean,
    act: (a: Api.IAssignment) => Promise<unknown>
  ): void => {
    commands.addCommand(id, {
      label: args => {
        const a = named(args) && target.find(args);
        return a ? actionText(trans, words.action, a) : words.label;
      },
      caption: words.caption,
      describedBy: { args: argsSchema(trans) },
      isVisible: () => canPerform(shared, words.action),
      isEnabled: args => {
        const a = target.find(args);
        return a ? isEnabled(a) : named(args) !== null;
      },
      execute: async args => {
        const a = await target.get(args);
        if (a) {
          await act(a);
          // A command of the palette has no row that shows how it went.
          if (!named(args)) {
            tell(shared, a);
          }
        }
      }
    });
  };

  add(
    CommandIDs.fetch,
    {
      label: trans.__('Fetch This Assignment’s New Release'),
      caption: trans.__('Fetch what is new; your own files stay'),
      action: 'fetch'
    },
    a => a.released && !shared.actions.isBusy(a, 'fetch'),
    a => fetchAssignment(shared, a)
  );
  add(
    CommandIDs.submit,
    {
      label: trans.__('Submit This Assignment'),
      caption: trans.__('Save, and hand in what lies in its folder'),
      action: 'submit'
    },
    a => a.folder !== null && !shared.actions.isBusy(a, 'submit'),
    a => submitAssignment(shared, a)
  );
  add(
    CommandIDs.checkAll,
    {
      label: trans.__('Check All of This Assignment’s Notebooks'),
      caption: trans.__('Save, and run every check in a fresh kernel'),
      action: 'check'
    },
    a => a.folder !== null && !shared.actions.isBusy(a, 'check'),
    a => {
      openPage(a.course, a.id);
      return checkAssignment(shared, a);
    }
  );
  add(
    CommandIDs.showFolder,
    {
      label: trans.__('Show This Assignment’s Folder'),
      caption: trans.__('Show the folder in the file browser'),
      action: 'folder'
    },
    a => a.folder !== null,
    a => commands.execute(GO_TO_PATH, { path: a.folder })
  );
  commands.addCommand(CommandIDs.open, {
    label: args =>
      typeof args.notebook === 'string'
        ? trans.__('Open %1', args.notebook)
        : trans.__('Open'),
    caption: trans.__('Open a notebook of a fetched assignment'),
    describedBy: {
      args: argsSchema(trans, {
        notebook: {
          type: 'string',
          description: trans.__('Without .ipynb; the first by default')
        }
      })
    },
    isEnabled: args => (target.find(args)?.folder ?? null) !== null,
    execute: async args => {
      const a = await target.get(args);
      if (!a) {
        return;
      }
      const notebook =
        typeof args.notebook === 'string'
          ? args.notebook
          : (await notebooksOf(shared, a))[0];
      if (notebook !== undefined) {
        const path = `${a.folder}/${notebook}.ipynb`;
        await commands.execute('docmanager:open', { path });
      }
    }
  });
  commands.addCommand(CommandIDs.openAssignment, {
    label: args =>
      named(args)
        ? trans.__('Details')
        : trans.__('Details of This Assignment'),
    caption: trans.__('Questions, files and history of an assignment'),
    describedBy: { args: argsSchema(trans) },
    isEnabled: args =>
      named(args) !== null || target.find(args) !== undefined,
    execute: async args => {
      const asked = named(args);
      if (asked) {
        // Not looked for: a page can be restored before the courses are known.
        openPage(asked.course, asked.id);
        return;
      }
      const a = await target.get(args);
      if (a) {
        openPage(a.course, a.id);
      }
    }
  });
}

function tell({ actions, classroom }: IShared, a: Api.IAssignment): void {
  const outcome = actions.outcome(a);
  const { trans } = classroom;
  if (outcome?.problem) {
    const text = problemText(trans, outcome.problem);
    Notification.error(`${a.title}: ${text}`, { autoClose: false });
  } else if (outcome) {
    const text = endText(trans, outcome);
    Notification.success(`${a.title}: ${text}`, { autoClose: 5000 });
  }
}

function argsSchema(
  trans: IShared['classroom']['trans'],
  more: ReadonlyJSONObject = {}
): ReadonlyJSONObject {
  return {
    type: 'object',
    properties: {
      course: {
        type: 'string',
        description: trans.__('The course; that of the document at hand by default')
      },
      assignment: {
        type: 'string',
        description: trans.__(
          'The assignment; that of the document at hand by default'
        )
      },
      ...more
    }
  };
}
