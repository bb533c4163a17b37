import { Notification } from '@jupyterlab/apputils';

import { Api } from '../api';
import { confirmLate, confirmRestore, confirmUnsaved, showReceipt } from './dialogs';
import { IShared } from './shared';

/** Fetch an assignment, or what a new release brings; files that are open are read anew. */
export async function fetchAssignment(
  shared: IShared,
  a: Api.IAssignment
): Promise<void> {
  const { actions, documents } = shared;
  const { trans } = shared.classroom;
  if (actions.isBusy(a, 'fetch')) {
    return;
  }
  await actions.fetch(a, () => saved(shared, a, trans.__('Fetch anyway')));
  if (a.folder !== null) {
    await documents.revert(a.folder);
  }
}

/** Save, ask where something may be lost, hand in, and show the receipt. */
export async function submitAssignment(
  shared: IShared,
  a: Api.IAssignment
): Promise<void> {
  const { actions, now } = shared;
  const { trans } = shared.classroom;
  if (actions.isBusy(a, 'submit')) {
    return;
  }
  const job = await actions.submit(
    a,
    async () =>
      (await saved(shared, a, trans.__('Submit anyway'))) &&
      (!isRisky(a, now()) || (await confirmLate(trans, a, now())))
  );
  if (job?.state === 'done' && job.result) {
    await showReceipt(trans, job.result as Api.IReceipt);
  }
}

/** Save, and check every notebook in a fresh kernel. */
export async function checkAssignment(
  shared: IShared,
  a: Api.IAssignment
): Promise<void> {
  const { trans } = shared.classroom;
  if (shared.actions.isBusy(a, 'check')) {
    return;
  }
  const names = await notebooksOf(shared, a);
  await shared.actions.checkAll(a, names, () =>
    saved(shared, a, trans.__('Check anyway'))
  );
}

/** Put a file back as it was fetched, once the student has agreed. */
export async function restoreFile(
  shared: IShared,
  a: Api.IAssignment,
  file: Api.IAssignmentDetail['files'][number]
): Promise<void> {
  const { actions, classroom, documents } = shared;
  const { trans } = classroom;
  if (!(await confirmRestore(trans, file.path, file.state))) {
    return;
  }
  const path = `${a.folder}/${file.path}`;
  // So that what is kept is what the student sees.
  await documents.save(path);
  if (await actions.restore(a, file.path)) {
    await documents.revert(path);
    await classroom.courses.refresh();
  }
}

/** Names of an assignment's notebooks: as it is described, else those in its folder. */
export async function notebooksOf(
  shared: IShared,
  a: Api.IAssignment
): Promise<string[]> {
  if (a.notebooks.length > 0) {
    return a.notebooks.map(notebook => notebook.name);
  }
  const { api, trans } = shared.classroom;
  try {
    const { files } = await api.assignment(a.course, a.id);
    return files
      .map(file => file.path)
      .filter(path => path.endsWith('.ipynb') && !path.includes('/'))
      .map(path => path.slice(0, -'.ipynb'.length));
  } catch (error) {
    Notification.error(
      trans.__('The notebooks of %1 could not be listed: %2', a.title, String(error))
    );
    return [];
  }
}

/** Save what is open of an assignment; whether to go on. */
async function saved(
  { classroom, documents }: IShared,
  a: Api.IAssignment,
  goOn: string
): Promise<boolean> {
  const unsaved = a.folder === null ? [] : await documents.save(a.folder);
  return (
    unsaved.length === 0 ||
    (await confirmUnsaved(classroom.trans, unsaved, goOn))
  );
}

/** Whether handing in now may cost points. */
function isRisky(a: Api.IAssignment, now: Date): boolean {
  const isLate = a.due !== null && now.getTime() > Date.parse(a.due);
  return isLate && a.late?.method !== 'none';
}
