import { MenuSvg } from '@jupyterlab/ui-components';
import { ReadonlyJSONObject } from '@lumino/coreutils';

import { Api } from '../api';
import { CommandIDs } from '../commands';
import { Action } from './next';
import { IShared } from './shared';

interface IItem {
  command: string;
  args: ReadonlyJSONObject;
}

const COMMANDS: Record<Action, string> = {
  fetch: CommandIDs.fetch,
  update: CommandIDs.fetch,
  open: CommandIDs.open,
  check: CommandIDs.checkAll,
  submit: CommandIDs.submit,
  feedback: CommandIDs.openFeedback,
  folder: CommandIDs.showFolder,
  details: CommandIDs.openAssignment
};

/** Shows a folder; Notebook 7 has it on its page of files only. */
export const GO_TO_PATH = 'filebrowser:go-to-path';

/** Whether this application can do it at all. */
export function canPerform({ commands }: IShared, action: Action): boolean {
  return action !== 'folder' || commands.hasCommand(GO_TO_PATH);
}

/** Do what a button says; several notebooks to open are offered in a menu. */
export function perform(
  shared: IShared,
  action: Action,
  a: Api.IAssignment,
  button: HTMLElement
): void {
  const items = itemsOf(action, a);
  if (items.length > 1) {
    openMenu(shared, items, button);
  } else {
    void shared.commands.execute(items[0].command, items[0].args);
  }
}

/** Offer actions in a menu below a button. */
export function offer(
  shared: IShared,
  actions: readonly Action[],
  a: Api.IAssignment,
  button: HTMLElement
): void {
  openMenu(
    shared,
    actions.flatMap(action => itemsOf(action, a)),
    button
  );
}

function itemsOf(action: Action, a: Api.IAssignment): IItem[] {
  const command = COMMANDS[action];
  const args = { course: a.course, assignment: a.id };
  if (action === 'open' && a.notebooks.length > 1) {
    return a.notebooks.map(({ name }) => ({
      command,
      args: { ...args, notebook: name }
    }));
  }
  return [{ command, args }];
}

function openMenu(
  { commands }: IShared,
  items: IItem[],
  button: HTMLElement
): void {
  const menu = new MenuSvg({ commands });
  for (const item of items) {
    menu.addItem(item);
  }
  menu.aboutToClose.connect(() => {
    button.setAttribute('aria-expanded', 'false');
    // To where the keyboard was; an item that opens something moves on from there.
    button.focus();
    // Once the chosen item has run.
    setTimeout(() => menu.dispose());
  });
  const { left, bottom } = button.getBoundingClientRect();
  button.setAttribute('aria-expanded', 'true');
  menu.open(left, bottom);
}
