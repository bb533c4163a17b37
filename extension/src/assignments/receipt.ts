import { TranslationBundle } from '@jupyterlab/translation';

import { Api } from '../api';
import { pointsText } from '../words/points';
import { localTime } from '../words/times';

/** What can be told of a submission whose receipt nobody has kept. */
export function receiptOf(
  detail: Api.IAssignmentDetail,
  submission: Api.ISubmission,
  student: string
): Api.IReceipt {
  const { course, id, notebooks } = detail.assignment;
  const names = notebooks.map(notebook => `${notebook.name}.ipynb`);
  return {
    course,
    assignment: id,
    student,
    submission,
    graded: notebooks.filter(notebook =>
      submission.files.some(file => file.path === `${notebook.name}.ipynb`)
    ),
    not_graded: submission.files
      .map(file => file.path)
      .filter(path => path.endsWith('.ipynb') && !names.includes(path)),
    remarks: []
  };
}

/** What will be graded in a notebook, in words. */
export function gradedText(
  trans: TranslationBundle,
  notebook: Api.INotebook
): string {
  const questions = trans._n(
    '%1 question',
    '%1 questions',
    notebook.questions.length
  );
  return notebook.points === null
    ? `${notebook.name}: ${questions}`
    : `${notebook.name}: ${questions}, ${pointsText(trans, notebook.points)}`;
}

/** A size in bytes for a reader. */
export function sizeText(trans: TranslationBundle, bytes: number): string {
  if (bytes < 1000) {
    return trans._n('%1 byte', '%1 bytes', bytes);
  }
  return bytes < 1_000_000
    ? trans.__('%1 kB', Math.round(bytes / 100) / 10)
    : trans.__('%1 MB', Math.round(bytes / 100_000) / 10);
}

/** A receipt as text, to be kept elsewhere. */
export function receiptText(
  trans: TranslationBundle,
  receipt: Api.IReceipt
): string {
  const { submission } = receipt;
  const lines = [
    trans.__('Receipt for %1, %2', receipt.assignment, receipt.course),
    trans.__('Student: %1', receipt.student),
    trans.__('Submitted: %1', submittedText(submission)),
    trans.__('SHA-256: %1', submission.hash),
    '',
    trans.__('Files:'),
    ...submission.files.map(
      file =>
        `  ${file.path}  ${sizeText(trans, file.size)}  ${file.sha256}`
    ),
    '',
    trans.__('To be graded:'),
    ...receipt.graded.map(notebook => `  ${gradedText(trans, notebook)}`)
  ];
  if (receipt.not_graded.length > 0) {
    lines.push('', trans.__('Not part of the assignment:'));
    lines.push(...receipt.not_graded.map(path => `  ${path}`));
  }
  if (receipt.remarks.length > 0) {
    lines.push('', trans.__('Remarks:'));
    lines.push(...receipt.remarks.map(remark => `  ${remark}`));
  }
  return lines.join('\n') + '\n';
}

function submittedText({ id, submitted }: Api.ISubmission): string {
  return submitted === null ? id : `${localTime(submitted)} (${submitted})`;
}
