import { Api } from '../api';

/*
 * The server has read the pages with care; what it hands on is typed here once more, so that no
 * view meets a value of another type, were the server of another version.
 */

const STATES = [
  'passed',
  'partial',
  'failed',
  'not attempted',
  'not graded yet'
] as const;
const KINDS = ['tests', 'answer', 'task'] as const;
const MOST_REPORTS = 200;
const MOST_ENTRIES = 1000;
const LINE = 1000;
const PARAGRAPH = 20_000;

/** What was answered is no feedback; the message names the field. */
export class FeedbackError extends Error {
  constructor(where: string) {
    super(where);
    this.name = 'FeedbackError';
  }
}

/** Check an answer field by field, and leave out what is not known. */
export function parseFeedback(data: unknown): Api.IFeedback {
  const from = fields(data, 'feedback');
  return {
    submission: text(from, 'submission', LINE),
    reports: list(from, 'reports', MOST_REPORTS).map(report),
    pages: list(from, 'pages', MOST_REPORTS).map(line),
    problems: list(from, 'problems', MOST_REPORTS).map(line),
    earlier: list(from, 'earlier', MOST_REPORTS).map(report)
  };
}

function report(data: unknown): Api.IPageReport {
  const from = fields(data, 'report');
  const times = fields(from.times, 'times');
  const scores = fields(from.scores, 'scores');
  return {
    schema: number(from, 'schema'),
    course: text(from, 'course', LINE),
    assignment: text(from, 'assignment', LINE),
    title: text(from, 'title', LINE),
    notebook: text(from, 'notebook', LINE),
    student: text(from, 'student', LINE),
    status: text(from, 'status', LINE),
    code: text(from, 'code', LINE),
    reason: text(from, 'reason', LINE),
    cell: numberOrNull(from, 'cell'),
    notes: list(from, 'notes', MOST_ENTRIES).map(line),
    attempt: numberOrNull(from, 'attempt'),
    newer: from.newer === null ? null : newer(from.newer),
    times: {
      submitted: time(times, 'submitted'),
      due: time(times, 'due'),
      graded: time(times, 'graded')
    },
    late_seconds: number(from, 'late_seconds'),
    scores: {
      automatic: numberOrNull(scores, 'automatic'),
      manual: numberOrNull(scores, 'manual'),
      extra_credit: numberOrNull(scores, 'extra_credit'),
      late_penalty: numberOrNull(scores, 'late_penalty'),
      final: numberOrNull(scores, 'final'),
      max: numberOrNull(scores, 'max')
    },
    needs_manual_grade: flag(from, 'needs_manual_grade'),
    questions: list(from, 'questions', MOST_ENTRIES).map(question),
    comments: list(from, 'comments', MOST_ENTRIES).map(comment)
  };
}

function newer(data: unknown): NonNullable<Api.IPageReport['newer']> {
  const from = fields(data, 'newer');
  return {
    status: text(from, 'status', LINE),
    reason: text(from, 'reason', LINE),
    submitted: time(from, 'submitted')
  };
}

function question(data: unknown): Api.IPageReport['questions'][number] {
  const from = fields(data, 'question');
  const state = STATES.find(known => known === from.state);
  const kind = KINDS.find(known => known === from.kind);
  if (state === undefined || kind === undefined) {
    throw new FeedbackError('question.state');
  }
  return {
    grade_id: text(from, 'grade_id', LINE),
    kind,
    title: text(from, 'title', LINE),
    state,
    score: numberOrNull(from, 'score'),
    max_score: number(from, 'max_score'),
    automatic: numberOrNull(from, 'automatic'),
    manual: numberOrNull(from, 'manual'),
    extra_credit: numberOrNull(from, 'extra_credit'),
    needs_manual_grade: flag(from, 'needs_manual_grade'),
    comment: text(from, 'comment', PARAGRAPH),
    findings: list(from, 'findings', MOST_ENTRIES).map(finding)
  };
}

function finding(data: unknown): Api.IFinding {
  const from = fields(data, 'finding');
  const { measured } = from;
  return {
    name: text(from, 'name', LINE),
    passed: flag(from, 'passed'),
    measured:
      measured === null || typeof measured === 'boolean'
        ? measured
        : typeof measured === 'string'
          ? text(from, 'measured', LINE)
          : number(from, 'measured'),
    wanted: text(from, 'wanted', LINE),
    unit: text(from, 'unit', LINE),
    weight: number(from, 'weight'),
    gate: flag(from, 'gate'),
    hint: text(from, 'hint', LINE),
    hidden: flag(from, 'hidden'),
    attempted: flag(from, 'attempted')
  };
}

function comment(data: unknown): { grade_id: string; text: string } {
  const from = fields(data, 'comment');
  return {
    grade_id: text(from, 'grade_id', LINE),
    text: text(from, 'text', PARAGRAPH)
  };
}

type Fields = Record<string, unknown>;

function fields(data: unknown, where: string): Fields {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new FeedbackError(where);
  }
  return data as Fields;
}

function list(from: Fields, key: string, most: number): unknown[] {
  const value = from[key];
  if (!Array.isArray(value) || value.length > most) {
    throw new FeedbackError(key);
  }
  return value;
}

function line(data: unknown): string {
  return text({ line: data }, 'line', LINE);
}

function text(from: Fields, key: string, most: number): string {
  const value = from[key];
  if (typeof value !== 'string') {
    throw new FeedbackError(key);
  }
  return value.length <= most ? value : `${value.slice(0, most - 1)}…`;
}

function flag(from: Fields, key: string): boolean {
  const value = from[key];
  if (typeof value !== 'boolean') {
    throw new FeedbackError(key);
  }
  return value;
}

function number(from: Fields, key: string): number {
  const value = from[key];
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new FeedbackError(key);
  }
  return value;
}

function numberOrNull(from: Fields, key: string): number | null {
  return from[key] === null ? null : number(from, key);
}

function time(from: Fields, key: string): string | null {
  const value = from[key] === null ? null : text(from, key, LINE);
  if (value !== null && Number.isNaN(Date.parse(value))) {
    throw new FeedbackError(key);
  }
  return value;
}
