/** Reports as the server tells them, with what a test is about put in. */

import { Api } from '../../../extension/src/api';
import * as samples from '../testing/samples';

type Question = Api.IPageReport['questions'][number];

export function finding(fields: Partial<Api.IFinding> = {}): Api.IFinding {
  return samples.finding({
    name: 'twice two',
    measured: 4,
    wanted: '4',
    unit: 'apples',
    weight: 1,
    ...fields
  });
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
  return samples.submission({
    id: 'second',
    submitted: '2026-10-02T07:00:00+00:00',
    feedback: 'fetched',
    score: 1.5,
    max_score: 3,
    ...fields
  });
}

export function detail(
  history: Api.ISubmission[] = [submission()]
): Api.IAssignmentDetail {
  return {
    assignment: samples.assignment({
      id: 'toy',
      course: 'nlp',
      title: 'Doubling',
      folder: 'toy',
      submissions: history.length,
      feedback: 'fetched'
    }),
    files: [],
    history,
    problem: null
  };
}

export function job(fields: Partial<Api.IJob> = {}): Api.IJob {
  return samples.job({
    kind: 'feedback',
    course: 'nlp',
    assignment: 'toy',
    state: 'done',
    cancellable: false,
    ...fields
  });
}
