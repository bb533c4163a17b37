import {
  act,
  BoundFunctions,
  fireEvent,
  queries,
  render,
  screen,
  within
} from '@testing-library/react';
import axe from 'axe-core';
import * as React from 'react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Api } from '../../../extension/src/api';
import { FilterModel } from '../../../extension/src/assignments/filter';
import { AssignmentList } from '../../../extension/src/assignments/list';
import { CommandIDs } from '../../../extension/src/commands';
import { assignment, courses, job, receipt } from '../testing/samples';
import { Refusal } from '../testing/server';
import { dialog, press, settled, Tab, tabOf } from './lab';

let filter: FilterModel;

beforeEach(() => {
  filter = new FilterModel();
});

afterEach(() => filter.dispose());

const base = 'POST /courses/llm101/assignments/quantization';

function show(tab: Tab): void {
  render(<AssignmentList shared={tab} filter={filter} />);
}

const row = (title = 'Weights in eight bits'): BoundFunctions<typeof queries> =>
  within(screen.getByRole('button', { name: title }).closest('li')!);

const click = async (element: HTMLElement): Promise<void> => {
  await act(async () => {
    fireEvent.click(element);
    await settled();
  });
};

const button = (
  action: string,
  title = 'Weights in eight bits'
): HTMLButtonElement =>
  row(title).getByRole<HTMLButtonElement>('button', {
    name: `${action}: ${title}`
  });

const isBusy = (element: HTMLElement): boolean =>
  element.getAttribute('aria-disabled') === 'true';

describe('the section of assignments', () => {
  it('tells status, due date and points, and offers what comes next', async () => {
    const tab = await tabOf(assignment({ due: '2026-03-03T13:00:00Z' }));
    show(tab);
    const due = row().getByText('due in 2 days');
    expect(due.tagName).toBe('TIME');
    expect(due.getAttribute('datetime')).toBe('2026-03-03T13:00:00Z');
    expect(due.title).toMatch(/2026/);
    row().getByText('10 points');
    row().getByText('Released');
    button('Fetch');
  });

  it('shows each course with its own assignments', async () => {
    const tab = await tabOf(
      assignment(),
      assignment({ course: 'bio7', title: 'The same name elsewhere' })
    );
    show(tab);
    const headings = screen.getAllByRole('heading').map(h => h.textContent);
    expect(headings).toEqual(['llm101', 'bio7']);
    tab.server.answers['POST /courses/bio7/assignments/quantization/fetch'] =
      job({ course: 'bio7' });
    await click(button('Fetch', 'The same name elsewhere'));
    expect(isBusy(button('Fetch', 'The same name elsewhere'))).toBe(true);
    expect(isBusy(button('Fetch'))).toBe(false);
  });

  it('cannot be pressed twice, and is told of the end by an event', async () => {
    const tab = await tabOf(assignment());
    show(tab);
    const running = job({ step: 'copying', done: 1, total: 4 });
    tab.server.answers[`${base}/fetch`] = running;
    button('Fetch').focus();
    await click(button('Fetch'));
    expect(isBusy(button('Fetch'))).toBe(true);
    await click(button('Fetch'));
    expect(tab.server.requests.filter(r => r.startsWith('POST'))).toHaveLength(1);

    const bar = row().getByRole<HTMLProgressElement>('progressbar');
    expect([bar.value, bar.max]).toEqual([1, 4]);
    expect(row().getByRole('status').textContent).toBe('Fetching: copying');

    tab.server.answers['GET /courses'] = courses(
      assignment({ folder: 'llm101/quantization' })
    );
    await act(async () => {
      tab.tell({ ...running, state: 'done' });
      await settled();
    });
    expect(row().queryByRole('progressbar')).toBeNull();
    expect(row().getByRole('status').textContent).toBe('Fetched.');
    // Who works with the keyboard goes on from here.
    expect(document.activeElement).toBe(button('Open'));
  });

  it('takes no second click of a double click for what the button has become', async () => {
    const tab = await tabOf(assignment({ folder: 'llm101/quantization' }));
    show(tab);
    await act(async () => {
      fireEvent.click(button('Open'), { detail: 2 });
      await settled();
    });
    expect(tab.ran).toEqual([]);
    await click(button('Open'));
    expect(tab.ran).not.toEqual([]);
  });

  it('lets nobody press it in a second tab either', async () => {
    const one = await tabOf(assignment());
    const other = new Tab(one.server);
    await other.classroom.courses.refresh();
    show(other);
    await act(async () => {
      other.tell(job());
      await settled();
    });
    expect(isBusy(button('Fetch'))).toBe(true);
  });

  it('cancels while that is possible', async () => {
    const tab = await tabOf(assignment());
    show(tab);
    const running = job();
    tab.server.answers[`${base}/fetch`] = running;
    tab.server.answers[`DELETE /jobs/${running.id}`] = {
      ...running,
      state: 'cancelled'
    };
    await click(button('Fetch'));
    await click(row().getByRole('button', { name: 'Cancel' }));
    expect(row().getByRole('status').textContent).toBe('Cancelled.');
    expect(isBusy(button('Fetch'))).toBe(false);
  });

  it('offers no cancelling of what cannot stop half-way', async () => {
    const tab = await tabOf(assignment());
    show(tab);
    await act(async () => {
      tab.tell(job({ kind: 'submit', step: 'writing', cancellable: false }));
      await settled();
    });
    expect(row().queryByRole('button', { name: 'Cancel' })).toBeNull();
  });

  it('says what is wrong beside the row, and tries again', async () => {
    const tab = await tabOf(assignment());
    show(tab);
    const message = 'The exchange cannot be read. Ask your instructor.';
    tab.server.answers[`${base}/fetch`] = new Refusal(502, { message });
    await click(button('Fetch'));
    expect(row().getByRole('alert').textContent).toContain(message);

    tab.server.answers[`${base}/fetch`] = job({ state: 'done' });
    await click(row().getByRole('button', { name: 'Try again' }));
    expect(row().getByRole('alert').textContent).toBe('');
  });

  it('tells which files a new release left alone', async () => {
    const tab = await tabOf(
      assignment({ folder: 'llm101/quantization', release_changed: true })
    );
    show(tab);
    tab.server.answers[`${base}/fetch`] = job({
      state: 'done',
      result: { kept: ['quantization.ipynb', 'data.csv'] }
    });
    await click(button('Get the new release'));
    expect(row().getByRole('status').textContent).toContain(
      'Fetched; kept as you changed them: quantization.ipynb, data.csv'
    );
  });

  it('names no more files than a line holds', async () => {
    const tab = await tabOf(
      assignment({ folder: 'llm101/quantization', release_changed: true })
    );
    show(tab);
    const kept = Array.from({ length: 21 }, (_, i) => `${i}.csv`);
    tab.server.answers[`${base}/fetch`] = job({ state: 'done', result: { kept } });
    await click(button('Get the new release'));
    const said = row().getByRole('status').textContent;
    expect(said).toContain('19.csv and 1 other file');
    expect(said).not.toContain('20.csv');
  });

  it('opens the one notebook', async () => {
    const tab = await tabOf(assignment({ folder: 'llm101/quantization' }));
    show(tab);
    await click(button('Open'));
    expect(tab.ran).toEqual([
      ['docmanager:open', { path: 'llm101/quantization/quantization.ipynb' }]
    ]);
  });

  it('offers several notebooks in a menu', async () => {
    const notebooks = ['one', 'two'].map(name => ({
      name,
      points: 1,
      questions: []
    }));
    const tab = await tabOf(assignment({ folder: 'llm101/q', notebooks }));
    show(tab);
    await click(button('Open'));
    const items = [...document.querySelectorAll('.lm-Menu-itemLabel')];
    expect(items.map(item => item.textContent)).toEqual(['Open one', 'Open two']);
    await act(async () => {
      fireEvent.keyDown(document.querySelector('.lm-Menu')!, { keyCode: 27 });
      await settled();
    });
    expect(document.querySelector('.lm-Menu')).toBeNull();
    expect(document.activeElement).toBe(button('Open'));
  });

  it('shows the details', async () => {
    const tab = await tabOf(assignment());
    show(tab);
    await click(screen.getByRole('button', { name: 'Weights in eight bits' }));
    expect(tab.pages).toEqual(['llm101/quantization']);
  });

  it('reads feedback where there is some', async () => {
    const tab = await tabOf(assignment({ submissions: 1, feedback: 'ready' }));
    show(tab);
    await click(button('Read feedback'));
    expect(tab.ran).toEqual([
      [
        CommandIDs.openFeedback,
        { course: 'llm101', assignment: 'quantization' }
      ]
    ]);
  });

  it('has nothing that axe finds, whatever goes on', async () => {
    const tab = await tabOf(
      assignment({ folder: 'llm101/quantization' }),
      assignment({ id: 'b', title: 'Long done', submissions: 1, feedback: 'ready' })
    );
    render(
      <main>
        <AssignmentList shared={tab} filter={filter} />
      </main>
    );
    await act(async () => {
      tab.tell(job({ done: 1, total: 3 }));
      tab.tell(job({ assignment: 'b', state: 'failed', error: { message: 'No.' } }));
      await settled();
    });
    const found = await axe.run(document.body, {
      rules: {
        // Colors need a browser; the panel's headings come before ours.
        'color-contrast': { enabled: false },
        'heading-order': { enabled: false },
        'page-has-heading-one': { enabled: false }
      }
    });
    expect(found.violations.map(v => `${v.id}: ${v.nodes[0].html}`)).toEqual([]);
  });

  it('filters', async () => {
    const tab = await tabOf(
      assignment(),
      assignment({ id: 'b', title: 'Long done', submissions: 1 })
    );
    show(tab);
    const titles = (): (string | null)[] =>
      screen.getAllByTitle('Details').map(found => found.textContent);
    expect(titles()).toHaveLength(2);
    await click(screen.getByRole('button', { name: 'To do' }));
    expect(titles()).toEqual(['Weights in eight bits']);
    await click(screen.getByRole('button', { name: 'Done' }));
    expect(titles()).toEqual(['Long done']);
    expect(
      screen.getByRole('button', { name: 'Done' }).getAttribute('aria-pressed')
    ).toBe('true');
  });
});

describe('submitting', () => {
  const ready = assignment({ folder: 'llm101/quantization', submissions: 1 });
  const submit = (tab: Tab): Promise<void> =>
    tab.commands.execute(CommandIDs.submit, {
      course: 'llm101',
      assignment: 'quantization'
    });

  it('ends with a receipt, once, though it was asked for twice', async () => {
    const tab = await tabOf(ready);
    tab.server.answers[`${base}/submit`] = job({
      kind: 'submit',
      state: 'done',
      result: receipt()
    });
    const both = Promise.all([submit(tab), submit(tab)]);
    const shown = await dialog();
    expect(shown.getAttribute('aria-label')).toBe('Receipt for quantization');
    expect(shown.textContent).toContain(receipt().submission.hash);
    expect(shown.textContent).toContain('quantization: 2 questions, 10 points');
    expect(shown.textContent).toContain('The same files were submitted before.');
    await press('Close');
    await both;
    expect(document.querySelector('.jp-Dialog')).toBeNull();
  });

  it.each([
    ['zero', true],
    [null, true],
    ['none', false]
  ])('asks first when it is late and the policy is %s: %s', async (method, asks) => {
    const late = { plugin: 'x', method };
    const due = '2026-03-01T09:00:00Z';
    const tab = await tabOf({ ...ready, due, late });
    tab.server.answers[`${base}/submit`] = job({
      kind: 'submit',
      state: 'done',
      result: receipt()
    });
    const submitted = submit(tab);
    if (asks) {
      expect((await dialog()).textContent).toContain('This is 3 hours late.');
      // What Enter does must be harmless.
      expect(document.activeElement?.textContent).toBe('Cancel');
      await press('Cancel');
      expect(tab.server.requests).toEqual([]);
    } else {
      await press('Close');
    }
    await submitted;
  });

  it('is not offered for what is not fetched', async () => {
    const tab = await tabOf(assignment());
    const args = { course: 'llm101', assignment: 'quantization' };
    expect(tab.commands.isEnabled(CommandIDs.submit, args)).toBe(false);
    expect(tab.commands.isEnabled(CommandIDs.fetch, args)).toBe(true);
    // Nothing is at hand.
    expect(tab.commands.isEnabled(CommandIDs.submit)).toBe(false);
  });
});

describe('the section without assignments', () => {
  async function said(answer: Api.ICourses | Refusal): Promise<string> {
    const tab = await tabOf();
    tab.server.answers['GET /courses'] = answer;
    await tab.classroom.courses.refresh();
    show(tab);
    return document.body.textContent!;
  }

  it('says what to ask when there is no course', async () => {
    const text = await said({ student: 'ada', courses: [], problem: null });
    expect(text).toMatch(/No course offers you assignments/);
    expect(text).toMatch(/Ask your instructor/);
  });

  it('says what a missing exchange means', async () => {
    const problem = { message: '/srv/exchange is not there.' };
    const text = await said({ student: 'ada', courses: [], problem });
    expect(text).toMatch(/cannot read now/);
    expect(text).toMatch(/Exchange\.root/);
  });

  it('is kind where no course was ever connected', async () => {
    const problem = { message: '', code: 'NotConnected' };
    const text = await said({ student: 'ada', courses: [], problem });
    expect(text).toMatch(/No course is connected .* ask your instructor/);
    expect(text).toMatch(/c\.Exchange\.root = /);
    expect(text).toMatch(/“make lab”/);
    expect(text).not.toMatch(/cannot read now/);
  });

  it('says so when nothing is released yet', async () => {
    const course = { id: 'llm101', assignments: [] };
    const text = await said({ student: 'ada', courses: [course], problem: null });
    expect(text).toMatch(/llm101.*has not released anything yet/);
  });

  it('keeps the list when the server is gone', async () => {
    const tab = await tabOf(assignment());
    tab.server.answers['GET /courses'] = new Refusal(502, { message: 'gone' });
    await tab.classroom.courses.refresh();
    show(tab);
    button('Fetch');
  });
});
