import { Dialog } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Api } from '../api';
import { lateText } from '../words/times';
import { ReceiptView } from './receiptview';
import { latePolicy } from './words';

/** Ask whether to go on with documents that could not be saved. */
export function confirmUnsaved(
  trans: TranslationBundle,
  paths: string[],
  goOn: string
): Promise<boolean> {
  return confirm(
    trans,
    trans.__('Not everything is saved'),
    <div>
      <p>
        {trans.__(
          'These could not be saved, so what counts is what was saved before:'
        )}
      </p>
      <ul>
        {paths.map(path => (
          <li key={path}>{path}</li>
        ))}
      </ul>
    </div>,
    goOn
  );
}

/** Ask whether to hand in past the due date, where that may cost points. */
export function confirmLate(
  trans: TranslationBundle,
  a: Api.IAssignment,
  now: Date
): Promise<boolean> {
  const seconds = (now.getTime() - Date.parse(a.due!)) / 1000;
  return confirm(
    trans,
    trans.__('Submit late?'),
    <div>
      <p>{trans.__('This is %1.', lateText(trans, seconds))}</p>
      <p>{latePolicy(trans, a.late)}</p>
      {a.submissions > 0 && (
        <p>
          {trans.__(
            'The newest submission is the one that is graded, so this one takes the place of what you submitted before.'
          )}
        </p>
      )}
    </div>,
    trans.__('Submit late')
  );
}

/** Ask whether to put a file back as it was fetched. */
export function confirmRestore(
  trans: TranslationBundle,
  path: string,
  state: Api.FileState
): Promise<boolean> {
  const dot = path.lastIndexOf('.');
  const kept =
    dot > path.lastIndexOf('/') + 1
      ? `${path.slice(0, dot)}.mine-1${path.slice(dot)}`
      : `${path}.mine-1`;
  return confirm(
    trans,
    trans.__('Restore %1?', path),
    <div>
      <p>{trans.__('It will be again as it was when you fetched it.')}</p>
      {state !== 'missing' && (
        <p>
          {trans.__(
            'Nothing is lost: your copy is kept in the same folder under a new name, such as %1.',
            kept
          )}
        </p>
      )}
    </div>,
    trans.__('Restore'),
    true
  );
}

/** Show a receipt. */
export async function showReceipt(
  trans: TranslationBundle,
  receipt: Api.IReceipt
): Promise<void> {
  await show({
    title: trans.__('Receipt for %1', receipt.assignment),
    body: <ReceiptView trans={trans} receipt={receipt} />,
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
}

async function confirm(
  trans: TranslationBundle,
  title: string,
  body: React.ReactElement,
  label: string,
  isHarmless = false
): Promise<boolean> {
  return show({
    title,
    body,
    // What Enter does must be harmless.
    defaultButton: isHarmless ? 1 : 0,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label })
    ]
  });
}

/** Show a dialog that is named for a screen reader, too; whether it was accepted. */
async function show(options: {
  title: string;
  body: React.ReactElement;
  buttons: Dialog.IButton[];
  defaultButton?: number;
}): Promise<boolean> {
  const dialog = new Dialog(options);
  dialog.node.setAttribute('aria-label', options.title);
  const answer = await dialog.launch();
  dialog.dispose();
  return answer.button.accept;
}
