/** Reports as the server tells them, with what a test is about put in. */

import { Api } from '../../../extension/src/api';

type Question = Api.IPageReport['questions'][number];

export function finding(fields: Partial<Api.IFinding> = {}): Api.IFinding {
  return {
    name: 'twice two',
    passed: true,
    measured: 4,
    wanted: '4',
    unit: 'apples',
    weight: 1,
    gate: false,
    hint: '',
    hidden: false,
    attempted: true,
    ...fields
  };
}

export function question(fields: Partial<Question> = {}): Question {
  return {
    grade_id: 'doubling',
    kind: 'tests',
    title: 'Twice the number comes back.',
    state: 'partial',
    score: 1.5,
    max_score: 3,
    automatic: 1.5,
    manual: null,
    extra_credit: 0,
    needs_manual_grade: false,
    comment: '',
    findings: [],
    ...fields
  };
}

export function report(
  fields: Partial<Api.IPageReport> = {}
): Api.IPageReport {
  return {
    schema: 1,
    course: 'nlp',
    assignment: 'toy',
    title: 'Doubling',
    notebook: 'toy',
    student: 'ada',
    status: 'graded',
    code: '',
    reason: '',
    cell: null,
    notes: [],
    attempt: 2,
    newer: null,
    times: {
      submitted: '2026-10-02T07:00:00+00:00',
      due: null,
      graded: '2026-10-03T07:00:00+00:00'
    },
    late_seconds: 0,
    scores: {
      automatic: 1.5,
      manual: null,
      extra_credit: 0,
      late_penalty: 0,
      final: 1.5,
      max: 3
    },
    needs_manual_grade: false,
    questions: [question()],
    comments: [],
    ...fields
  };
}

export function feedback(fields: Partial<Api.IFeedback> = {}): Api.IFeedback {
  return {
    submission: 'second',
    reports: [report()],
    pages: ['toy'],
    problems: [],
    earlier: [],
    ...fields
  };
}

export function submission(
  fields: Partial<Api.ISubmission> = {}
): Api.ISubmission {
  return {
    id: 'second',
    submitted: '2026-10-02T07:00:00+00:00',
    late_seconds: null,
    hash: '0'.repeat(64),
    files: [],
    feedback: 'fetched',
    score: 1.5,
    max_score: 3,
    ...fields
  };
}

export function detail(
  history: Api.ISubmission[] = [submission()]
): Api.IAssignmentDetail {
  return {
    assignment: {
      id: 'toy',
      course: 'nlp',
      title: 'Doubling',
      summary: '',
      minutes: null,
      topics: [],
      seed_notebooks: [],
      prerequisites: [],
      described: true,
      points: 3,
      due: null,
      late: null,
      notebooks: [],
      released: true,
      folder: 'toy',
      release_changed: false,
      missing: [],
      submissions: history.length,
      submitted: null,
      feedback: 'fetched',
      score: null,
      max_score: null
    },
    files: [],
    history,
    problem: null
  };
}

export function job(fields: Partial<Api.IJob> = {}): Api.IJob {
  return {
    id: '0'.repeat(32),
    kind: 'feedback',
    course: 'nlp',
    assignment: 'toy',
    notebook: null,
    state: 'done',
    step: 'writing',
    done: 0,
    total: 0,
    cancellable: false,
    result: null,
    error: null,
    started: null,
    finished: null,
    ...fields
  };
}
