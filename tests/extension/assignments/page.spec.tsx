import { act, fireEvent, render, screen, within } from '@testing-library/react';
import axe from 'axe-core';
import * as React from 'react';
import { describe, expect, it } from 'vitest';

import { Api } from '../../../extension/src/api';
import { AssignmentModel } from '../../../extension/src/assignments/detail';
import { Page } from '../../../extension/src/assignments/page/page';
import { CommandIDs } from '../../../extension/src/commands';
import { assignment, finding, job, submission } from '../testing/samples';
import { Refusal } from '../testing/server';
import { dialog, press, settled, Tab, tabOf } from './lab';

const path = '/courses/llm101/assignments/quantization';
const fetched = assignment({ folder: 'llm101/quantization', submissions: 2 });

const detail: Api.IAssignmentDetail = {
  assignment: fetched,
  files: [
    { path: 'quantization.ipynb', state: 'damaged' },
    { path: 'helper.py', state: 'changed' },
    { path: 'data.csv', state: 'missing' },
    { path: 'classroom.json', state: 'unchanged' },
    { path: 'notes.txt', state: 'added' },
    { path: 'quantization.mine-1.ipynb', state: 'damaged' }
  ],
  history: [
    submission({ id: 'two', late_seconds: 3 * 3600, feedback: 'ready' }),
    submission({ id: 'one', score: 7.5, max_score: 10, feedback: 'fetched' })
  ],
  problem: null
};

async function shown(
  answer: unknown = detail
): Promise<{ tab: Tab; model: AssignmentModel }> {
  const tab = await tabOf(fetched);
  tab.server.answers[`GET ${path}`] = answer;
  const model = new AssignmentModel(tab.classroom, 'llm101', 'quantization');
  await model.load();
  // The Lab's main area is a landmark.
  render(
    <main>
      <Page shared={tab} model={model} />
    </main>
  );
  tab.server.requests.length = 0;
  return { tab, model };
}

const cells = (table: HTMLElement): string[][] =>
  [...table.querySelectorAll('tr')].map(row =>
    [...row.querySelectorAll('th,td')].map(cell => cell.textContent ?? '')
  );

const click = async (element: HTMLElement): Promise<void> => {
  await act(async () => {
    fireEvent.click(element);
    await settled();
  });
};

describe('the page of an assignment', () => {
  it('tells points by question with hidden findings', async () => {
    await shown();
    const table = screen.getByRole('table', { name: /^Questions/ });
    expect(cells(table)).toEqual([
      ['Question', 'Points', 'Hidden findings'],
      ['The largest magnitude', '4', '0'],
      ['What is lost', '6', '2']
    ]);
  });

  it('offers to restore what is damaged, missing or changed, and nothing else', async () => {
    await shown();
    const table = screen.getByRole('table', { name: /^Files/ });
    const restorable = within(table)
      .getAllByRole('button')
      .map(button => button.getAttribute('aria-label'));
    expect(restorable).toEqual([
      'Restore quantization.ipynb',
      'Restore helper.py',
      'Restore data.csv'
    ]);
  });

  it('restores once the student has agreed, and says where the copy is', async () => {
    const { tab } = await shown();
    tab.server.answers[`POST ${path}/restore`] = {
      path: 'helper.py',
      kept: 'helper.mine-1.py'
    };
    await click(screen.getByRole('button', { name: 'Restore helper.py' }));
    expect((await dialog()).textContent).toContain('helper.mine-1.py');
    expect(tab.server.requests).toEqual([]);
    await act(() => press('Restore'));
    await act(settled);
    expect(tab.server.requests).toContain(`POST ${path}/restore`);
    // Once for the eyes, once for the ears.
    const said = /helper.py is as it was fetched. Your copy is now helper.mine-1.py/;
    expect(screen.getAllByText(said)).toHaveLength(2);
  });

  it('restores nothing when the student does not agree', async () => {
    const { tab } = await shown();
    await click(screen.getByRole('button', { name: 'Restore data.csv' }));
    expect((await dialog()).textContent).not.toContain('mine');
    await act(() => press('Cancel'));
    expect(tab.server.requests).toEqual([]);
  });

  it('lists the history with lateness, short hashes, feedback and score', async () => {
    await shown();
    const table = screen.getByRole('table', { name: /^Submissions/ });
    const [, two, one] = cells(table).map(row => row.slice(1, 6));
    expect(two).toEqual(['3 hours', '01234567', '2 files', 'ready', '']);
    expect(one).toEqual(['in time', '01234567', '2 files', 'fetched', '7.5 / 10']);
    expect(table.querySelector('code')!.title).toBe(submission().hash);
  });

  it('reads the feedback of the submission that was asked for', async () => {
    const { tab } = await shown();
    const buttons = screen.getAllByRole('button', { name: /^Read feedback of/ });
    await click(buttons[1]);
    expect(tab.ran).toEqual([
      [
        CommandIDs.openFeedback,
        { course: 'llm101', assignment: 'quantization', submission: 'one' }
      ]
    ]);
  });

  it('shows the receipt of any submission', async () => {
    await shown();
    await click(screen.getAllByRole('button', { name: /^Receipt of/ })[0]);
    expect((await dialog()).textContent).toContain(submission().hash);
    await act(() => press('Close'));
  });

  it('links its topics to the map', async () => {
    const { tab } = await shown();
    await click(screen.getByRole('button', { name: 'quantization' }));
    expect(tab.ran).toEqual([[CommandIDs.openMap, { topic: 'quantization' }]]);
  });

  it('shows the checks by question and leads to the cell', async () => {
    const { tab } = await shown();
    const report = (findings: Api.IFinding[]): Api.IQuestionReport => ({
      schema: 1,
      question: 'loss',
      title: '',
      state: 'partial',
      points: 3,
      max_points: 6,
      findings,
      hidden_remaining: 2
    });
    const result: Api.ICheckResult = {
      notebook: 'quantization',
      error: null,
      questions: [
        { grade_id: 'absmax', state: 'failed', report: null, message: 'NameError: f' },
        {
          grade_id: 'loss',
          state: 'partial',
          message: '',
          report: report([
            finding(),
            finding({ name: 'perplexity', passed: false, measured: 12.34567, unit: '' })
          ])
        }
      ]
    };
    await act(async () => {
      tab.tell(job({ kind: 'check', notebook: 'quantization', state: 'done', result }));
      await settled();
    });
    const table = screen.getByRole('table', { name: /^Questions/ });
    expect(cells(table).slice(1)).toEqual([
      ['The largest magnitude', '4', '0', 'Not yet right', 'NameError: f'],
      [
        'What is lost',
        '6',
        '2',
        'Partly passed',
        'perplexity: 12.35, wanted at most 0.65'
      ]
    ]);
    await click(screen.getByRole('button', { name: 'What is lost' }));
    const notebook = 'llm101/quantization/quantization.ipynb';
    expect(tab.ran).toEqual([
      [CommandIDs.goToQuestion, { path: notebook, gradeId: 'loss' }]
    ]);
  });

  it('says why a check ended early', async () => {
    const { tab } = await shown();
    const error = { message: 'The kernel died in cell 4.' };
    await act(async () => {
      tab.tell(job({ kind: 'check', notebook: 'quantization', state: 'failed', error }));
      await settled();
    });
    screen.getByText(/The check of quantization ended early: The kernel died/);
  });

  it('says what is wrong, and reads again', async () => {
    const { tab } = await shown(new Refusal(404, { message: 'No such assignment.' }));
    expect(screen.getAllByRole('alert')[0].textContent).toContain(
      'No such assignment.'
    );
    tab.server.answers[`GET ${path}`] = detail;
    await click(screen.getByRole('button', { name: 'Try again' }));
    screen.getByRole('table', { name: /^Files/ });
  });

  it('shows what was known last while the exchange is away, and says so', async () => {
    const problem = { message: 'The exchange cannot be read.', code: 'Transfer' };
    await shown({ ...detail, problem });
    expect(screen.getAllByRole('alert')[0].textContent).toContain(problem.message);
    const table = screen.getByRole('table', { name: /^Submissions/ });
    expect(cells(table)).toHaveLength(3);
  });

  it('has nothing that axe finds', async () => {
    await shown();
    const found = await axe.run(document.body, {
      // Colors need a browser.
      rules: { 'color-contrast': { enabled: false } }
    });
    expect(found.violations.map(v => `${v.id}: ${v.nodes[0].html}`)).toEqual([]);
  });
});

describe('AssignmentModel', () => {
  it('asks nothing while its page is hidden', async () => {
    const { tab, model } = await shown();
    tab.server.answers['GET /courses'] = { student: 'ada', courses: [], problem: null };
    await tab.classroom.courses.refresh();
    await settled();
    expect(tab.server.requests).toEqual(['GET /courses']);
    model.dispose();
  });

  it('asks once for what it shows, whether or not the courses are read for others', async () => {
    const { tab, model } = await shown();
    const asked = async (watch: () => void): Promise<string[]> => {
      tab.server.requests.length = 0;
      watch();
      await settled();
      return [...tab.server.requests];
    };
    // Nobody else looks: the courses are read for this page.
    expect(await asked(() => model.watch(true))).toEqual(['GET /courses', `GET ${path}`]);
    expect(await asked(() => model.watch(false))).toEqual([]);
    tab.classroom.courses.watch(true);
    await settled();
    // The side panel looks: they are there.
    expect(await asked(() => model.watch(true))).toEqual([`GET ${path}`]);
    tab.classroom.courses.watch(false);
    model.dispose();
    tab.classroom.courses.dispose();
  });

  it('is read, too, where the courses cannot be', async () => {
    const { tab, model } = await shown();
    tab.server.answers['GET /courses'] = new Refusal(500, { message: 'no' });
    model.watch(true);
    await settled();
    expect(tab.server.requests).toEqual(['GET /courses', `GET ${path}`]);
    model.dispose();
    tab.classroom.courses.dispose();
  });

  it('reads again when the list tells of a change', async () => {
    const { tab, model } = await shown();
    model.watch(true);
    await settled();
    tab.server.requests.length = 0;
    const newer = { ...fetched, submissions: 3 };
    tab.server.answers['GET /courses'] = {
      student: 'ada',
      courses: [{ id: 'llm101', assignments: [newer] }],
      problem: null
    };
    await tab.classroom.courses.refresh();
    await settled();
    expect(tab.server.requests).toEqual(['GET /courses', `GET ${path}`]);
    expect(model.assignment).toEqual(newer);
    model.dispose();
    tab.classroom.courses.dispose();
  });
});
