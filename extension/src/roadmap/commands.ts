import { Dialog, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';

import { ApiError, ClassroomApi } from '../api';
import { CommandIDs } from '../commands';
import {
  compareProgress,
  download,
  IChanges,
  parseProgress,
  pickText
} from './files';
import { RoadmapModel } from './model';

/** Add the commands that take progress out of the Lab and back in. */
export function addProgressCommands(
  commands: CommandRegistry,
  api: ClassroomApi,
  roadmap: RoadmapModel,
  trans: TranslationBundle
): void {
  const describedBy = { args: { type: 'object', properties: {} } } as const;
  commands.addCommand(CommandIDs.exportProgress, {
    label: trans.__('Export Progress…'),
    caption: trans.__('Keep what you have marked as read, as a JSON file'),
    describedBy,
    execute: async () => {
      try {
        const text = JSON.stringify(await api.progress(), null, 1);
        download('llm-classroom-progress.json', `${text}\n`);
      } catch (error) {
        await tell(trans.__('The progress was not exported'), error);
      }
    }
  });
  commands.addCommand(CommandIDs.importProgress, {
    label: trans.__('Import Progress…'),
    caption: trans.__(
      'Replace what you have marked as read by an exported file'
    ),
    describedBy,
    execute: async () => {
      const text = await pickText();
      if (text !== null) {
        await importText(text, roadmap, trans);
      }
    }
  });
}

/** Say what a file would change, ask, and replace. */
export async function importText(
  text: string,
  roadmap: RoadmapModel,
  trans: TranslationBundle
): Promise<void> {
  const title = trans.__('The progress was not imported');
  const found = parseProgress(text);
  if (!found) {
    await showErrorMessage(
      title,
      trans.__(
        'The file is no progress of LLM Classroom. Choose one that “Export Progress…” has made.'
      )
    );
    return;
  }
  await roadmap.load();
  if (roadmap.error) {
    await showErrorMessage(title, roadmap.error.message);
    return;
  }
  const changes = compareProgress(roadmap.progress!, found, roadmap.roadmap!);
  const { button } = await showDialog({
    title: trans.__('Replace your progress?'),
    body: changesWords(changes, trans),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: trans.__('Replace') })
    ],
    // Nothing is lost by a careless Enter.
    defaultButton: 0
  });
  if (!button.accept) {
    return;
  }
  try {
    await roadmap.importProgress(found);
  } catch (error) {
    await tell(title, error);
  }
}

/** What an import will change, in words. */
export function changesWords(
  { added, removed, unknown }: IChanges,
  trans: TranslationBundle
): string {
  const said = [
    added === 0 && removed === 0
      ? trans.__('The file marks the same resources as read as you have now.')
      : trans.__(
          'Marks of read resources: %1 will be added, %2 will be removed.',
          added,
          removed
        )
  ];
  if (unknown > 0) {
    said.push(
      trans._n(
        '%1 mark is of a resource that this roadmap does not have; it is kept.',
        '%1 marks are of resources that this roadmap does not have; they are kept.',
        unknown,
        unknown
      )
    );
  }
  said.push(trans.__('Scores stay as they are: they come from your courses.'));
  return said.join(' ');
}

async function tell(title: string, error: unknown): Promise<void> {
  if (!(error instanceof ApiError)) {
    throw error;
  }
  await showErrorMessage(title, error.message);
}
