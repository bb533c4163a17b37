import { Api } from '../api';
import { CommandIDs } from '../commands';
import { IShared } from './shared';

/** Open a notebook at the cell of a question. */
export async function goToQuestion(
  { commands }: IShared,
  a: Api.IAssignment,
  notebook: string,
  gradeId: string
): Promise<void> {
  const path = `${a.folder}/${notebook}.ipynb`;
  if (commands.hasCommand(CommandIDs.goToQuestion)) {
    await commands.execute(CommandIDs.goToQuestion, { path, gradeId });
  } else {
    // Where there are no notebooks, as on Notebook 7's page of files.
    await commands.execute('docmanager:open', { path });
  }
}
