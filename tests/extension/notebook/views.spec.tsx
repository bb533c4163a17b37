import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, screen, within } from '@testing-library/react';
import { Widget } from '@lumino/widgets';
import axe from 'axe-core';
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { DamageBanner } from '../../../extension/src/notebook/banner';
import { QuestionsSection } from '../../../extension/src/notebook/section';
import { CheckButton } from '../../../extension/src/notebook/toolbar';
import { report } from '../report/samples';
import { checkResult, indexOf, job, open, reportOutput, settle } from './fixture';

const trans = nullTranslator.load('llm-classroom');
let opened: Awaited<ReturnType<typeof open>>;
let widgets: Widget[] = [];

beforeEach(async () => {
  opened = await open();
});

afterEach(() => {
  act(() => widgets.forEach(widget => widget.dispose()));
  widgets = [];
  opened.dispose();
});

async function show<T extends Widget>(widget: T): Promise<T> {
  widgets.push(widget);
  await act(async () => {
    Widget.attach(widget, document.body);
    await settle(5);
  });
  return widget;
}

async function rest(): Promise<void> {
  await act(() => settle());
}

async function expectNoViolations(node: HTMLElement): Promise<void> {
  const { violations } = await axe.run(node, {
    runOnly: ['wcag2a', 'wcag2aa', 'best-practice'],
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } }
  });
  expect(violations.map(({ id, nodes }) => [id, nodes[0].html])).toEqual([]);
}

describe('The warning', () => {
  const onRestored = vi.fn();

  beforeEach(async () => {
    onRestored.mockClear();
    await show(new DamageBanner(opened.state, trans, onRestored));
  });

  it('is not there while nothing is damaged', () => {
    expect(widgets[0].isHidden).toBe(true);
    expect(widgets[0].node.textContent).toBe('');
  });

  it('names the cells, and restores the one that is chosen', async () => {
    opened.model.sharedModel.deleteCell(indexOf(opened.model, 'absmax'));
    opened.model.sharedModel.cells[indexOf(opened.model, 'setup')].setSource('');
    await rest();
    expect(widgets[0].isHidden).toBe(false);
    expect(screen.getByRole('alert').textContent).toContain('2 cells');
    expect(screen.getByRole('alert').textContent).toContain('“By the largest value”');
    await expectNoViolations(widgets[0].node);
    fireEvent.click(screen.getByRole('button', { name: 'Restore “By the largest value”' }));
    await rest();
    expect(onRestored).toHaveBeenCalledWith('absmax', indexOf(opened.model, 'absmax'));
    expect(screen.getByRole('alert').textContent).toContain('“setup” was edited');
    fireEvent.click(screen.getByRole('button', { name: 'Restore' }));
    await rest();
    expect(widgets[0].isHidden).toBe(true);
  });

  it('restores all at once', async () => {
    const { sharedModel } = opened.model;
    const before = sharedModel.cells.map(cell => cell.getSource());
    ['asserts', 'absmax', 'absmax-answer'].forEach(id =>
      sharedModel.deleteCell(indexOf(opened.model, id))
    );
    await rest();
    fireEvent.click(screen.getByRole('button', { name: 'Restore all' }));
    await rest();
    expect(sharedModel.cells.map(cell => cell.getSource())).toEqual(before);
  });

  it('speaks once, and not at every key', async () => {
    const shared = opened.model.sharedModel.cells[indexOf(opened.model, 'setup')];
    shared.setSource('a');
    await rest();
    const changes: unknown[] = [];
    const observer = new MutationObserver(records => changes.push(...records));
    const whole = { subtree: true, childList: true, characterData: true };
    observer.observe(screen.getByRole('alert'), whole);
    for (const text of ['ab', 'abc', 'abcd']) {
      shared.setSource(text);
      await rest();
    }
    expect(changes).toEqual([]);
    opened.model.sharedModel.deleteCell(indexOf(opened.model, 'why'));
    await rest();
    expect(changes).not.toEqual([]);
    observer.disconnect();
  });

  it('offers nothing to restore of a cell that is there twice', async () => {
    const { sharedModel } = opened.model;
    const index = indexOf(opened.model, 'absmax-answer');
    const metadata = sharedModel.cells[index].getMetadata();
    sharedModel.insertCell(index, { cell_type: 'code', source: 'x', metadata });
    await rest();
    expect(widgets[0].node.textContent).toContain('more than once');
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('can be turned off', async () => {
    (widgets[0] as DamageBanner).enabled = false;
    opened.model.sharedModel.deleteCell(indexOf(opened.model, 'absmax'));
    await rest();
    expect(widgets[0].isHidden).toBe(true);
  });
});

describe('The button in the toolbar', () => {
  const actions = { check: vi.fn(), cancel: vi.fn(), show: vi.fn() };

  async function showButton(): Promise<CheckButton> {
    Object.values(actions).forEach(action => action.mockClear());
    return show(new CheckButton(opened.state, actions, trans));
  }

  function button(name: string): HTMLElement | null {
    // Jupyter's own buttons are custom elements, which jsdom gives no role.
    const all = widgets[0].node.querySelectorAll<HTMLElement>('jp-button, button');
    return [...all].find(node => node.textContent?.includes(name)) ?? null;
  }

  it('is there in notebooks of an assignment only', async () => {
    const widget = await showButton();
    expect(widget.isHidden).toBe(false);
    opened.state.path = 'elsewhere/quantize.ipynb';
    expect(widget.isHidden).toBe(true);
  });

  it('checks, and shows progress and a way to end it', async () => {
    await showButton();
    fireEvent.click(button('Check')!);
    expect(actions.check).toHaveBeenCalledOnce();
    act(() => opened.classroom.jobs.add(job()));
    await rest();
    expect(button('Check')).toBeNull();
    expect(screen.getByRole<HTMLProgressElement>('progressbar').position).toBe(-1);
    act(() => opened.classroom.jobs.add(job({ done: 3, total: 9 })));
    await rest();
    const progress = screen.getByRole<HTMLProgressElement>('progressbar');
    expect([progress.value, progress.max]).toEqual([3, 9]);
    expect(widgets[0].node.textContent).toContain('3 of 9 cells');
    fireEvent.click(button('Cancel')!);
    expect(actions.cancel).toHaveBeenCalledOnce();
    await expectNoViolations(widgets[0].node);
  });

  it('tells how the check ended', async () => {
    await showButton();
    const result = checkResult({ absmax: 'passed', asserts: 'failed', why: 'at grading' });
    act(() => opened.classroom.jobs.add(job({ state: 'done', result, finished: 'z' })));
    await rest();
    expect(screen.getByRole('status').textContent).toBe('1 of 2 passed');
    fireEvent.click(screen.getByRole('button', { name: /1 of 2 passed/ }));
    expect(actions.show).toHaveBeenCalledOnce();
  });
});

describe('The section of questions', () => {
  const onGo = vi.fn();

  /** A group of rows each, after the heading. */
  function questions(): HTMLElement[] {
    return screen.getAllByRole('rowgroup').slice(1);
  }

  beforeEach(async () => {
    onGo.mockClear();
    const section = await show(new QuestionsSection(trans, onGo));
    await act(async () => {
      section.state = opened.state;
      await settle();
    });
  });

  it('says what to do where there is no notebook', async () => {
    (widgets[0] as QuestionsSection).state = null;
    await rest();
    expect(widgets[0].node.textContent).toContain('Open a notebook of an assignment');
    expect(screen.queryByRole('table')).toBeNull();
  });

  it('lists the questions with their state here and in the last check', async () => {
    const { sharedModel } = opened.model;
    const cell = sharedModel.cells[indexOf(opened.model, 'absmax')];
    if ('setOutputs' in cell) {
      cell.setOutputs([reportOutput(report({ state: 'passed' })) as never]);
    }
    const result = checkResult({ absmax: 'partial', asserts: 'failed', why: 'at grading' });
    act(() => opened.classroom.jobs.add(job({ state: 'done', result, finished: 'z' })));
    await rest();
    const texts = questions().map(question => question.textContent);
    expect(texts[0]).toContain('By the largest value');
    expect(texts[0]).toContain('3 points · 2 hidden findings');
    expect(texts[0]).toMatch(/Passed.*Partly passed/);
    expect(texts[1]).toContain('AssertionError: no');
    expect(texts[2]).toMatch(/graded by a person.*Not attempted.*At grading/);
    await expectNoViolations(widgets[0].node);
  });

  it('goes to the cell', () => {
    fireEvent.click(within(questions()[0]).getByRole('button'));
    expect(onGo).toHaveBeenCalledWith(opened.state, 'absmax');
  });

  it('tells why a check ended early', async () => {
    const result = { ...checkResult({ absmax: 'not run' }), error: 'It took too long.' };
    act(() => opened.classroom.jobs.add(job({ state: 'done', result, finished: 'z' })));
    await rest();
    expect(screen.getByRole('status').textContent).toContain('It took too long.');
    expect(questions()[0].textContent).toMatch(/Not run.*Not run/);
  });

  it('draws nothing while it is hidden', async () => {
    widgets[0].hide();
    const before = widgets[0].node.innerHTML;
    opened.model.sharedModel.deleteCell(indexOf(opened.model, 'absmax'));
    await rest();
    expect(widgets[0].node.innerHTML).toBe(before);
    act(() => widgets[0].show());
    await rest();
    expect(widgets[0].node.textContent).toContain('Cell is gone');
  });
});
