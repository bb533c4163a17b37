import * as nbformat from '@jupyterlab/nbformat';

import { Api } from '../api';
import { QuestionState } from '../components/questionState';
import { parseReport, REPORT_MIME } from '../report/parse';
import { IOpenCell } from './cells';
import { isUntouched } from './compare';

/** A question of the open notebook. */
export interface IQuestionRow {
  gradeId: string;
  title: string;
  kind: Api.IQuestion['kind'];
  points: number | null;
  /** Findings that only grading measures. */
  hidden: number;
  /** What the cell in the notebook shows. */
  here: QuestionState;
  /** What the last check in a fresh kernel found; null before the first. */
  last: QuestionState | null;
  /** Of the last check; may be empty. */
  message: string;
}

/** What the questions of a notebook are made of. */
export interface IQuestionSources {
  cells: readonly IOpenCell[];
  /** What the release says; undefined where it says nothing. */
  described: Api.INotebook | undefined;
  released: readonly Api.IReleasedCell[];
  check: Api.ICheckResult | null;
}

/** The questions in the order in which the release has them, or else the notebook. */
export function questionRows(sources: IQuestionSources): IQuestionRow[] {
  const { cells, described, released, check } = sources;
  const questions = described?.questions.length
    ? described.questions
    : cells.filter(isQuestion).map(questionOf);
  return questions.map(question => {
    const { grade_id: gradeId } = question;
    // Of cells with one name the last is graded.
    const cell = cells.filter(other => other.gradeId === gradeId).pop();
    const before = released.find(other => other.grade_id === gradeId);
    const checked = check?.questions.find(other => other.grade_id === gradeId);
    const report = cell ? reportIn(cell.outputs) : null;
    return {
      gradeId,
      title: question.title || report?.title || gradeId,
      kind: question.kind,
      points: question.points,
      hidden: question.hidden_findings || (report?.hidden_remaining ?? 0),
      here: cell ? stateOf(cell, report, before) : 'missing',
      last: checked?.state ?? null,
      message: checked?.message ?? ''
    };
  });
}

/** The report in a cell's outputs, the last one. */
export function reportIn(
  outputs: readonly nbformat.IOutput[]
): Api.IQuestionReport | null {
  const output = [...outputs].reverse().find(hasReport);
  return output ? parseReport(output.data[REPORT_MIME]) : null;
}

function hasReport(output: nbformat.IOutput): output is nbformat.IDisplayData {
  const { data } = output as Partial<nbformat.IDisplayData>;
  return typeof data === 'object' && data !== null && REPORT_MIME in data;
}

function stateOf(
  cell: IOpenCell,
  report: Api.IQuestionReport | null,
  before: Api.IReleasedCell | undefined
): QuestionState {
  if (cell.role !== 'check') {
    return isUntouched(before, cell) ? 'not attempted' : 'answered';
  }
  if (report) {
    return report.state;
  }
  if (cell.outputs.some(hasReport)) {
    // One that cannot be read says neither that it passed nor that it did not.
    return 'ungraded';
  }
  if (cell.outputs.some(output => output.output_type === 'error')) {
    return 'failed';
  }
  return cell.hasRun ? 'passed' : 'not run';
}

function isQuestion(cell: IOpenCell): boolean {
  return cell.role !== 'locked' && cell.role !== 'answer';
}

function questionOf(cell: IOpenCell): Api.IQuestion {
  const kind = cell.role === 'check' ? 'tests' : 'answer';
  return {
    grade_id: cell.gradeId,
    kind: cell.role === 'task' ? 'task' : kind,
    points: cell.points ?? 0,
    title: '',
    hidden_findings: 0
  };
}
