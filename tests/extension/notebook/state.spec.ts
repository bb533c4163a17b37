import { afterEach, describe, expect, it } from 'vitest';

import { report } from '../report/samples';
import { Refusal } from '../testing/server';
import {
  ASSIGNMENT,
  BASE,
  checkResult,
  CONTENT,
  indexOf,
  job,
  makeClassroom,
  makeModel,
  open,
  PATH,
  reportOutput,
  settle
} from './fixture';
import { NotebookState } from '../../../extension/src/notebook/state';

let opened: Awaited<ReturnType<typeof open>>;

afterEach(() => opened?.dispose());

function row(gradeId: string): string[] {
  const found = opened.state.questions.find(q => q.gradeId === gradeId)!;
  return [found.here, found.last ?? '–'];
}

function setOutputs(gradeId: string, outputs: object[], count = 1): void {
  const shared = opened.model.sharedModel.cells[indexOf(opened.model, gradeId)];
  if (!('setOutputs' in shared)) {
    throw new Error('No code cell.');
  }
  shared.execution_count = count;
  shared.setOutputs(outputs as never);
}

describe('NotebookState', () => {
  it('knows the assignment and its questions', async () => {
    opened = await open();
    expect(opened.state.key).toEqual({
      course: 'llm101',
      assignment: 'int8',
      notebook: 'quantize'
    });
    expect(opened.state.questions.map(q => [q.title, q.points, q.hidden, q.here])).toEqual([
      ['By the largest value', 3, 2, 'not run'],
      ['asserts', 1, 0, 'not run'],
      ['why', 2, 0, 'not attempted']
    ]);
    expect(opened.state.damage).toEqual([]);
  });

  it('asks nothing for a notebook that no nbgrader has touched', async () => {
    const cells = [CONTENT.cells[0]];
    opened = await open({ content: { ...CONTENT, cells } });
    expect(opened.server.requests).toEqual([]);
    expect(opened.state.key).toBeNull();
  });

  it.each(['elsewhere/quantize.ipynb', 'int8/other.ipynb', 'int8/deeper/quantize.ipynb'])(
    'leaves %s alone, which is none of the assignment',
    async path => {
      opened = await open({ path });
      expect(opened.state.key).toBeNull();
      expect(opened.state.questions).toEqual([]);
      expect(opened.state.damage).toEqual([]);
    }
  );

  it('follows the notebook to another name', async () => {
    opened = await open();
    opened.state.path = 'int8/copy.ipynb';
    expect(opened.state.key).toBeNull();
    opened.state.path = PATH;
    expect(opened.state.key?.notebook).toBe('quantize');
  });

  it('reads the state of a question from what its cell shows', async () => {
    opened = await open();
    setOutputs('absmax', [reportOutput(report({ state: 'partial' }))]);
    setOutputs('asserts', [
      { output_type: 'error', ename: 'AssertionError', evalue: '', traceback: [] }
    ]);
    opened.model.sharedModel.cells[indexOf(opened.model, 'why')].setSource('So.');
    await settle();
    expect([row('absmax')[0], row('asserts')[0], row('why')[0]]).toEqual([
      'partial',
      'failed',
      'answered'
    ]);
    setOutputs('asserts', []);
    await settle();
    expect(row('asserts')[0]).toBe('passed');
  });

  it('reads what the notebook showed when it was saved, with no kernel at all', async () => {
    const cells = CONTENT.cells.map(cell =>
      (cell as { id: string }).id === 'absmax'
        ? { ...cell, execution_count: 4, outputs: [reportOutput(report({ state: 'passed' }))] }
        : cell
    );
    opened = await open({ content: { ...CONTENT, cells } });
    expect(row('absmax')[0]).toBe('passed');
  });

  it('takes a hostile report for none', async () => {
    opened = await open();
    setOutputs('absmax', [reportOutput({ ...report(), state: 'won' } as never)]);
    await settle();
    expect(row('absmax')[0]).toBe('ungraded');
    expect(opened.state.questions[0].title).toBe('By the largest value');
  });

  it('tells what is damaged after a rest, once', async () => {
    opened = await open();
    const { model, state } = opened;
    const told: string[] = [];
    state.changed.connect(() => told.push(state.damage.map(d => d.kind).join()));
    const shared = model.sharedModel.cells[indexOf(model, 'setup')];
    for (const text of ['i', 'im', 'imp']) {
      shared.setSource(text);
    }
    model.sharedModel.deleteCell(indexOf(model, 'asserts'));
    expect(told).toEqual([]);
    await settle();
    expect(told).toEqual(['edited,missing']);
    expect(row('asserts')[0]).toBe('missing');
  });

  it('restores where the cell stood, and then has nothing to tell', async () => {
    opened = await open();
    const { model, state } = opened;
    const place = indexOf(model, 'absmax');
    model.sharedModel.deleteCell(place);
    await settle();
    expect(state.restore('absmax')).toBe(place);
    expect(state.damage).toEqual([]);
  });

  it('says nothing of damage before the notebook is there', async () => {
    const parts = makeClassroom();
    await parts.classroom.courses.refresh();
    const model = makeModel({ ...CONTENT, cells: [] });
    let arrive = (): void => undefined;
    const ready = new Promise<void>(resolve => (arrive = resolve));
    const state = new NotebookState(model, parts.classroom, parts.checks, PATH, ready, 5);
    opened = { ...parts, model, state, dispose: parts.dispose };
    await settle();
    expect(state.damage).toEqual([]);
    model.fromJSON(CONTENT as never);
    arrive();
    await settle();
    expect(state.damage).toEqual([]);
    expect(state.questions).toHaveLength(3);
    state.dispose();
  });

  it('works without the released cells', async () => {
    const none = new Refusal(404, { message: 'No copy was kept.' });
    opened = await open({ answers: { [`GET ${BASE}/released/quantize`]: none } });
    opened.model.sharedModel.deleteCell(indexOf(opened.model, 'absmax'));
    await settle();
    expect(opened.state.damage).toEqual([]);
    expect(row('absmax')[0]).toBe('missing');
  });

  it('finds questions in the cells where the release describes none', async () => {
    const bare = { ...ASSIGNMENT, described: false, notebooks: [] };
    const courses = { student: 'ada', courses: [{ id: 'llm101', assignments: [bare] }], problem: null };
    opened = await open({ answers: { 'GET /courses': courses } });
    expect(opened.state.questions.map(q => [q.gradeId, q.kind, q.points])).toEqual([
      ['absmax', 'tests', 3],
      ['asserts', 'tests', 1],
      ['why', 'answer', 2]
    ]);
  });

  it('writes nothing into the document', async () => {
    const model = makeModel();
    const before = model.toString();
    model.dirty = false;
    opened = await open();
    expect(opened.model.toString()).toBe(before);
    expect(opened.model.sharedModel.canUndo()).toBe(false);
    model.dispose();
  });

  it('knows a check that ended before the page was loaded', async () => {
    const result = checkResult({ absmax: 'passed', asserts: 'failed', why: 'at grading' });
    const ended = job({ state: 'done', result, finished: '2026-11-29T08:01:00Z' });
    opened = await open({ answers: { 'GET /jobs': { jobs: [ended] } } });
    expect([row('absmax')[1], row('asserts')[1], row('why')[1]]).toEqual([
      'passed',
      'failed',
      'at grading'
    ]);
  });
});
