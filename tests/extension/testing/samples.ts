/** What a server would answer, to be changed where a test cares. */

import { Api } from '../../../extension/src/api';

export function assignment(
  changes: Partial<Api.IAssignment> = {}
): Api.IAssignment {
  return {
    id: 'quantization',
    course: 'llm101',
    title: 'Weights in eight bits',
    summary: 'Quantize a tiny model and measure what is lost.',
    minutes: 60,
    topics: ['quantization'],
    seed_notebooks: [],
    prerequisites: [],
    described: true,
    points: 10,
    due: '2026-03-10T12:00:00Z',
    late: { plugin: 'nbgrader.plugins.late.LateSubmissionPlugin', method: 'none' },
    notebooks: [
      {
        name: 'quantization',
        points: 10,
        questions: [
          question({ grade_id: 'absmax', title: 'The largest magnitude', points: 4 }),
          question({ grade_id: 'loss', title: 'What is lost', points: 6, hidden_findings: 2 })
        ]
      }
    ],
    released: true,
    folder: null,
    release_changed: null,
    missing: [],
    submissions: 0,
    submitted: null,
    feedback: 'none',
    score: null,
    max_score: null,
    ...changes
  };
}

export function question(changes: Partial<Api.IQuestion> = {}): Api.IQuestion {
  return {
    grade_id: 'q',
    kind: 'tests',
    points: 1,
    title: '',
    hidden_findings: 0,
    ...changes
  };
}

/** All the courses of a student, by the course that each assignment names. */
export function courses(
  ...assignments: Api.IAssignment[]
): Api.ICourses {
  const ids = [...new Set(assignments.map(a => a.course))];
  return {
    student: 'ada',
    courses: ids.map(id => ({
      id,
      assignments: assignments.filter(a => a.course === id)
    })),
    problem: null
  };
}

let jobs = 0;

export function job(changes: Partial<Api.IJob> = {}): Api.IJob {
  return {
    id: (++jobs).toString(16).padStart(32, '0'),
    kind: 'fetch',
    course: 'llm101',
    assignment: 'quantization',
    notebook: null,
    state: 'running',
    step: 'starting',
    done: 0,
    total: 0,
    cancellable: true,
    result: null,
    error: null,
    started: '2026-03-01T12:00:00Z',
    finished: null,
    ...changes
  };
}

export function submission(
  changes: Partial<Api.ISubmission> = {}
): Api.ISubmission {
  return {
    id: '2026-03-01 12:00:00.000000 UTC',
    submitted: '2026-03-01T12:00:00Z',
    late_seconds: 0,
    hash: '0123456789abcdef'.repeat(4),
    files: [
      { path: 'quantization.ipynb', size: 20480, sha256: 'a'.repeat(64) },
      { path: 'notes.txt', size: 12, sha256: 'b'.repeat(64) }
    ],
    feedback: 'none',
    score: null,
    max_score: null,
    ...changes
  };
}

export function receipt(changes: Partial<Api.IReceipt> = {}): Api.IReceipt {
  return {
    course: 'llm101',
    assignment: 'quantization',
    student: 'ada',
    submission: submission(),
    graded: assignment().notebooks,
    not_graded: ['scratch.ipynb'],
    remarks: ['The same files were submitted before.'],
    ...changes
  };
}

export function finding(changes: Partial<Api.IFinding> = {}): Api.IFinding {
  return {
    name: 'largest error',
    passed: true,
    measured: 0.5,
    wanted: 'at most 0.65',
    unit: 'steps',
    gate: false,
    hint: '',
    hidden: false,
    attempted: true,
    ...changes
  };
}
