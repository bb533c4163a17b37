/** A released notebook, opened: real models over a server of canned answers. */

import { NotebookModel } from '@jupyterlab/notebook';
import { JSONExt } from '@lumino/coreutils';

import { Api } from '../../../extension/src/api';
import { ChecksModel } from '../../../extension/src/notebook/checks';
import { NotebookState } from '../../../extension/src/notebook/state';
import { REPORT_MIME } from '../../../extension/src/report/parse';
import { IClassroom } from '../../../extension/src/tokens';
import { classroomOn } from '../testing/classroom';
import { assignment, courses, job as sampleJob, question } from '../testing/samples';
import { CannedServer } from '../testing/server';

export const BASE = '/courses/llm101/assignments/int8';
export const PATH = 'int8/quantize.ipynb';

function nbgrader(gradeId: string, fields: object): object {
  const none = { grade: false, solution: false, locked: false, task: false };
  return { ...none, schema_version: 3, grade_id: gradeId, ...fields };
}

function cell(
  id: string,
  type: 'code' | 'markdown',
  source: string,
  fields?: object
): object {
  return {
    id,
    cell_type: type,
    source,
    metadata: fields ? { nbgrader: nbgrader(id, fields) } : {},
    ...(type === 'code' ? { outputs: [], execution_count: null } : {})
  };
}

const PARAMETERS = cell('parameters', 'code', 'SEED = 0', { locked: true }) as {
  metadata: Record<string, unknown>;
};
PARAMETERS.metadata.tags = ['parameters'];

/** As it was released: text between the cells that nbgrader knows. */
export const CONTENT = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {
    kernelspec: { name: 'python3', display_name: 'Python 3' },
    language_info: { name: 'python' }
  },
  cells: [
    cell('title', 'markdown', '# Quantize'),
    PARAMETERS,
    cell('setup', 'code', 'import math', { locked: true }),
    cell('text', 'markdown', 'Write it.'),
    cell('absmax-answer', 'code', '# YOUR CODE', { solution: true }),
    cell('helper-text', 'markdown', 'Helpers.'),
    cell('absmax', 'code', 'assert absmax', { grade: true, locked: true, points: 3 }),
    cell('asserts', 'code', 'assert True', { grade: true, locked: true, points: 1 }),
    cell('why', 'markdown', 'YOUR ANSWER HERE', { grade: true, solution: true, points: 2 })
  ]
};

interface IRawCell {
  cell_type: Api.IReleasedCell['cell_type'];
  source: string;
  metadata: Record<string, unknown>;
}

export function releasedCells(): Api.IReleasedCell[] {
  let after: string | null = null;
  const cells: Api.IReleasedCell[] = [];
  for (const { cell_type, source, metadata } of CONTENT.cells as IRawCell[]) {
    const meta = metadata.nbgrader as Record<string, unknown> | undefined;
    if (meta) {
      const grade_id = meta.grade_id as string;
      const graded = meta.grade === true;
      const solution = meta.solution === true;
      const locked = !solution && (graded || meta.locked === true);
      cells.push({ grade_id, cell_type, source, metadata, graded, solution, locked, after });
      after = grade_id;
    }
  }
  return cells;
}

export const ASSIGNMENT = assignment({
  id: 'int8',
  title: 'Eight bits',
  points: 6,
  due: null,
  folder: 'int8',
  release_changed: false,
  notebooks: [
    {
      name: 'quantize',
      points: 6,
      questions: [
        question({ grade_id: 'absmax', points: 3, title: 'By the largest value', hidden_findings: 2 }),
        question({ grade_id: 'asserts' }),
        question({ grade_id: 'why', kind: 'answer', points: 2 })
      ]
    }
  ]
});

export function job(fields: Partial<Api.IJob> = {}): Api.IJob {
  return sampleJob({
    id: '0'.repeat(32),
    kind: 'check',
    assignment: 'int8',
    notebook: 'quantize',
    step: 'running',
    started: '2026-11-29T08:00:00Z',
    ...fields
  });
}

export function checkResult(
  states: Record<string, Api.ICheckResult['questions'][number]['state']>
): Api.ICheckResult {
  return {
    notebook: 'quantize',
    questions: Object.entries(states).map(([grade_id, state]) => ({
      grade_id,
      state,
      report: null,
      message: state === 'failed' ? 'AssertionError: no' : ''
    })),
    error: null
  };
}

export function reportOutput(report: Api.IQuestionReport): object {
  return {
    output_type: 'display_data',
    data: { [REPORT_MIME]: report, 'text/plain': 'text' },
    metadata: {}
  };
}

/** The classroom on canned answers; `server.answers` can be changed. */
export function makeClassroom(answers: Record<string, unknown> = {}): {
  classroom: IClassroom;
  checks: ChecksModel;
  server: CannedServer;
  dispose: () => void;
} {
  const server = new CannedServer({
    'GET /courses': courses(ASSIGNMENT),
    'GET /jobs': { jobs: [] },
    [`GET ${BASE}/released/quantize`]: { cells: releasedCells() },
    ...answers
  });
  const classroom = classroomOn(server);
  const checks = new ChecksModel(server.api, classroom.jobs);
  const dispose = (): void => {
    checks.dispose();
    classroom.courses.dispose();
    classroom.jobs.dispose();
  };
  return { classroom, checks, server, dispose };
}

export function makeModel(content: object = CONTENT): NotebookModel {
  const model = new NotebookModel();
  model.fromJSON(JSONExt.deepCopy(content as never));
  model.sharedModel.clearUndoHistory();
  return model;
}

/** An opened notebook, when its state is complete. */
export async function open(
  options: { answers?: Record<string, unknown>; content?: object; path?: string } = {}
): Promise<{
  classroom: IClassroom;
  checks: ChecksModel;
  server: CannedServer;
  model: NotebookModel;
  state: NotebookState;
  dispose: () => void;
}> {
  const parts = makeClassroom(options.answers);
  const model = makeModel(options.content);
  const path = options.path ?? PATH;
  const state = new NotebookState(
    model,
    parts.classroom,
    parts.checks,
    path,
    Promise.resolve(),
    5
  );
  await settle();
  const dispose = (): void => {
    state.dispose();
    model.dispose();
    parts.dispose();
  };
  return { ...parts, model, state, dispose };
}

/** Let requests be answered, and the notebook be looked at. */
export function settle(milliseconds = 60): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}

/** Grade ids, or else the source, of the cells in their order. */
export function cellsOf(model: NotebookModel): string[] {
  return model.sharedModel.cells.map(shared => {
    const meta = shared.getMetadata('nbgrader') as { grade_id?: string } | undefined;
    return meta?.grade_id ?? shared.getSource();
  });
}

export function indexOf(model: NotebookModel, gradeId: string): number {
  return cellsOf(model).lastIndexOf(gradeId);
}
