import { Widget } from '@lumino/widgets';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { CommandIDs } from '../../../extension/src/commands';
import {
  NextStepSection,
  OutlineSection
} from '../../../extension/src/roadmap/sections';
import { Refusal } from '../testing/server';
import { assignment, graded, inDays, resource, roadmap, topic } from './course';
import { ILab, lab, loadedLab } from './lab';

const open: Widget[] = [];

async function show<T extends Widget>(section: T): Promise<T> {
  open.push(section);
  Widget.attach(section, document.body);
  await waitFor(() =>
    expect(section.node.childElementCount).toBeGreaterThan(0)
  );
  return section;
}

afterEach(() => {
  for (const widget of open.splice(0)) {
    widget.dispose();
  }
  vi.restoreAllMocks();
});

async function nextStep(...args: Parameters<typeof lab>): Promise<ILab> {
  const made = await loadedLab(...args);
  await show(new NextStepSection(made.context));
  return made;
}

async function outline(...args: Parameters<typeof lab>): Promise<ILab> {
  const made = await loadedLab(...args);
  await show(new OutlineSection(made.context));
  return made;
}

function field(): HTMLInputElement {
  return screen.getByRole('combobox');
}

function type(text: string): void {
  fireEvent.change(field(), { target: { value: text } });
}

function press(key: string): void {
  fireEvent.keyDown(field(), { key });
}

async function unfold(title: string): Promise<HTMLElement> {
  const summary = (await screen.findByText(title)).closest('details')!;
  summary.open = true;
  fireEvent(summary, new Event('toggle'));
  return summary;
}

describe('the next step in the panel', () => {
  it('says what, why and where, and opens it outside', async () => {
    await nextStep();
    await screen.findByText('Read “Title of b1.r1”');
    await screen.findByText(/This topic is next on your way/);
    const opened = vi.spyOn(window, 'open').mockReturnValue(null);
    fireEvent.click(
      screen.getByRole('button', { name: 'Open (opens in a new tab)' })
    );
    expect(opened).toHaveBeenCalledWith(
      'https://example.org/b1.r1',
      '_blank',
      'noopener,noreferrer'
    );
  });

  it('tells what is noted of a resource', async () => {
    const noted = resource('t.r', { note: 'The source calls it broken.' });
    const part = {
      id: 'p',
      title: 'P',
      topics: [topic('t', 0, { resources: [noted] })]
    };
    await nextStep([], { 'GET /roadmap': roadmap({ parts: [part] }) });
    await screen.findByText('The source calls it broken.');
  });

  it('moves on when it is marked as read', async () => {
    await nextStep();
    fireEvent.click(await screen.findByText('Mark as read'));
    await screen.findByText('Read “Title of b1.r2”');
    await screen.findByText(/You have begun this topic/);
  });

  it('runs the command that does it', async () => {
    const { commands, ran } = await nextStep([
      assignment('a', { due: inDays(2) })
    ]);
    commands.addCommand(CommandIDs.fetch, { execute: () => undefined });
    await screen.findByText(
      'It is due in 2 days, and you have not submitted it.',
      {
        exact: false
      }
    );
    fireEvent.click(screen.getByRole('button', { name: 'Fetch' }));
    await waitFor(() =>
      expect(ran).toEqual([
        `${CommandIDs.fetch} {"course":"llm","assignment":"a"}`
      ])
    );
  });

  it('falls back to the topic where no plugin has the command', async () => {
    const { commands, ran } = await nextStep([
      assignment('a', { due: inDays(2), topics: ['s1'] })
    ]);
    commands.addCommand(CommandIDs.openMap, { execute: () => undefined });
    fireEvent.click(await screen.findByRole('button', { name: 'Fetch' }));
    await waitFor(() =>
      expect(ran).toEqual([`${CommandIDs.openMap} {"topic":"s1"}`])
    );
  });

  it('says so when all is done', async () => {
    await nextStep([], { 'GET /roadmap': roadmap({ parts: [] }) });
    await screen.findByText(/All is done/);
  });

  it('tells what went wrong, and tries again', async () => {
    const { server } = await nextStep([], {
      'GET /progress': new Refusal(400, { message: 'It is damaged.' })
    });
    expect((await screen.findByRole('alert')).textContent).toContain(
      'It is damaged.'
    );
    server.answers['GET /progress'] = { schema: 1, read: {} };
    fireEvent.click(screen.getByText('Try again'));
    await screen.findByText('Read “Title of b1.r1”');
  });

  it('asks for nothing while it is hidden', async () => {
    const { context, server } = lab();
    const section = new NextStepSection(context);
    section.hide();
    open.push(section);
    Widget.attach(section, document.body);
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(server.requests).toEqual([]);
    section.show();
    await waitFor(() => expect(server.requests).toContain('GET /roadmap'));
  });
});

describe('the search field', () => {
  it('finds as one types, and says how many', async () => {
    await nextStep([assignment('a')]);
    await screen.findByRole('combobox');
    type('topic b');
    const options = await screen.findAllByRole('option');
    expect(screen.getByRole('status').textContent).toMatch(/^\d+ results$/);
    expect(options[0].textContent).toContain('Topic b1');
    expect(
      [...options[0].querySelectorAll('mark')].map(m => m.textContent)
    ).toEqual(['Topic', 'b']);
    expect(screen.queryByText('Mark as read')).toBeNull();
  });

  it('moves with the arrow keys, all the way round', async () => {
    await nextStep();
    await screen.findByRole('combobox');
    type('step');
    const active = (): string =>
      document.getElementById(field().getAttribute('aria-activedescendant')!)!
        .textContent!;
    await waitFor(() => expect(active()).toContain('Step of b1'));
    press('ArrowDown');
    await waitFor(() => expect(active()).toContain('Step of b2'));
    press('ArrowUp');
    press('ArrowUp');
    await waitFor(() => expect(active()).toContain('Step of s3'));
    expect(screen.getAllByRole('option', { selected: true })).toHaveLength(1);
  });

  it('opens a topic with Enter in the map', async () => {
    const { commands, ran } = await nextStep();
    commands.addCommand(CommandIDs.openMap, { execute: () => undefined });
    await screen.findByRole('combobox');
    type('topic s2');
    press('Enter');
    await waitFor(() =>
      expect(ran).toEqual([`${CommandIDs.openMap} {"topic":"s2"}`])
    );
  });

  it('opens a resource outside, at its present address', async () => {
    const moved = resource('t.r', { moved_to: 'https://example.org/new' });
    const part = {
      id: 'p',
      title: 'P',
      topics: [topic('t', 0, { resources: [moved] })]
    };
    await nextStep([], { 'GET /roadmap': roadmap({ parts: [part] }) });
    const opened = vi.spyOn(window, 'open').mockReturnValue(null);
    await screen.findByRole('combobox');
    type('title of t.r');
    fireEvent.click((await screen.findAllByRole('option'))[0]);
    expect(opened).toHaveBeenCalledWith(
      'https://example.org/new',
      '_blank',
      'noopener,noreferrer'
    );
  });

  it('opens no address that is none of the web', async () => {
    const evil = resource('t.r', { url: 'javascript:alert(1)' });
    const part = {
      id: 'p',
      title: 'P',
      topics: [topic('t', 0, { resources: [evil] })]
    };
    const answers = { 'GET /roadmap': roadmap({ parts: [part] }) };
    const { context } = await nextStep([], answers);
    const opened = vi.spyOn(window, 'open').mockReturnValue(null);
    await show(new OutlineSection(context));
    const details = await unfold('Topic t');
    await within(details).findByText('Title of t.r');
    expect(document.querySelector('a')).toBeNull();
    fireEvent.click(await screen.findByRole('button', { name: /Open \(/ }));
    type('title of t.r');
    press('Enter');
    expect(opened).not.toHaveBeenCalled();
  });

  it('is cleared by Escape', async () => {
    await nextStep();
    await screen.findByRole('combobox');
    type('topic');
    await screen.findAllByRole('option');
    press('Escape');
    await waitFor(() => expect(field().value).toBe(''));
    expect(screen.queryByRole('option')).toBeNull();
    await screen.findByText('Read “Title of b1.r1”');
  });

  it('says when there is nothing', async () => {
    await nextStep();
    await screen.findByRole('combobox');
    type('zzz');
    await screen.findByText('Nothing has all of these words.');
    press('ArrowDown');
    press('Enter');
  });

  it('leaves the keys to one who composes a letter', async () => {
    const { commands, ran } = await nextStep();
    commands.addCommand(CommandIDs.openMap, { execute: () => undefined });
    await screen.findByRole('combobox');
    type('topic');
    fireEvent.keyDown(field(), { key: 'Enter', isComposing: true });
    expect(ran).toEqual([]);
  });

  it('finds an assignment that came while it was typed', async () => {
    const { context, server } = await nextStep();
    await screen.findByRole('combobox');
    type('newcomer');
    await screen.findByText('Nothing has all of these words.');
    server.answers['GET /courses'] = {
      student: 'ada',
      courses: [
        { id: 'llm', assignments: [assignment('a', { title: 'Newcomer' })] }
      ],
      problem: null
    };
    context.standing.courses.watch(true);
    await context.standing.courses.refresh();
    await screen.findByRole('option');
  });
});

describe('the roadmap in the panel', () => {
  it('unfolds the part of the next step', async () => {
    await outline();
    await screen.findByText('Topic b1');
    expect(screen.queryByText('Topic s1')).toBeNull();
  });

  it('tells progress of course, part and topic in numbers', async () => {
    await outline([graded('a', 9, { topics: ['s3'] })]);
    await screen.findByText('1 of 5 topics');
    await screen.findByText('1 of 3');
    await screen.findByText('0 of 2');
  });

  it('lists what to read, and marks it', async () => {
    const { server } = await outline();
    const details = await unfold('Topic b1');
    const box = await within(details).findByRole<HTMLInputElement>('checkbox', {
      name: '“Title of b1.r2” is read'
    });
    fireEvent.click(box);
    expect(box.checked).toBe(true);
    await waitFor(() =>
      expect(server.requests).toContain('PUT /progress/read/b1.r2')
    );
    fireEvent.click(box);
    await waitFor(() =>
      expect(server.requests).toContain('DELETE /progress/read/b1.r2')
    );
    expect(box.checked).toBe(false);
  });

  it('lists the assignments of a topic with their state', async () => {
    const { commands, ran } = await outline([
      graded('a', 4, { topics: ['b1'] }),
      assignment('b', { topics: ['b1'], due: inDays(5) })
    ]);
    commands.addCommand(CommandIDs.openAssignment, {
      execute: () => undefined
    });
    const details = await unfold('Topic b1');
    await within(details).findByText('4 of 10 points');
    await within(details).findByText('To be fetched, due in 5 days');
    fireEvent.click(within(details).getByText('Assignment a'));
    await waitFor(() =>
      expect(ran).toEqual([
        `${CommandIDs.openAssignment} {"course":"llm","assignment":"a"}`
      ])
    );
  });

  it('shows the note of a resource, and the address it moved to', async () => {
    const odd = resource('t.r', {
      moved_to: 'https://example.org/new',
      note: 'The source calls it broken.'
    });
    const part = {
      id: 'p',
      title: 'P',
      topics: [topic('t', 0, { resources: [odd] })]
    };
    await outline([], { 'GET /roadmap': roadmap({ parts: [part] }) });
    const details = await unfold('Topic t');
    await within(details).findByText('The source calls it broken.');
    const link = within(details).getByRole('link');
    expect(link.getAttribute('href')).toBe('https://example.org/new');
    expect(link.getAttribute('target')).toBe('_blank');
    expect(link.getAttribute('rel')).toBe('noopener noreferrer');
  });

  it('leaves it to the next step to say why it could not be read', async () => {
    await outline([], {
      'GET /roadmap': new Refusal(500, { message: 'Broken.' })
    });
    await screen.findByText('It could not be read: “Next step” says why.');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('says how progress is counted', async () => {
    await outline();
    await screen.findByText(/as much as three resources/);
  });
});

describe('the panel', () => {
  it('has nothing that axe finds', async () => {
    const { context } = await nextStep([assignment('a', { topics: ['b1'] })]);
    await show(new OutlineSection(context));
    await screen.findByText('Topic b1');
    type('topic');
    await screen.findAllByRole('option');
    const { violations } = await axe.run({
      include: [['.jp-llm-section']]
    });
    expect(violations.map(v => `${v.id}: ${v.nodes[0].html}`)).toEqual([]);
  });
});
