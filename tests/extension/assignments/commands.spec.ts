import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';
import { describe, expect, it } from 'vitest';

import { FilterModel } from '../../../extension/src/assignments/filter';
import { CommandIDs } from '../../../extension/src/commands';
import { assignment, job, receipt } from '../testing/samples';
import { Refusal } from '../testing/server';
import { dialog, file, openDocument, press, settled, Tab, tabOf, type } from './lab';

const folder = 'llm101/quantization';
const path = `${folder}/quantization.py`;
const base = 'POST /courses/llm101/assignments/quantization';
const args = { course: 'llm101', assignment: 'quantization' };
const put = `PUT /api/contents/${path}`;

async function atWork(): Promise<Tab> {
  const tab = await tabOf(assignment({ folder }));
  const widget = await openDocument(tab.server, path);
  tab.open.push(widget);
  type(widget, 'x = 2');
  tab.server.answers[`${base}/submit`] = job({
    kind: 'submit',
    state: 'done',
    result: receipt()
  });
  tab.server.requests.length = 0;
  return tab;
}

const done = (tab: Tab): void => tab.open.forEach(widget => widget.dispose());

describe('submitting with unsaved work', () => {
  it('saves it first', async () => {
    const tab = await atWork();
    tab.server.answers[put] = file(path, 'x = 2');
    const submitted = tab.commands.execute(CommandIDs.submit, args);
    await press('Close');
    await submitted;
    const { requests } = tab.server;
    expect(requests.indexOf(put)).toBeGreaterThanOrEqual(0);
    expect(requests.indexOf(put)).toBeLessThan(requests.indexOf(`${base}/submit`));
    done(tab);
  });

  it.each([
    ['Cancel', false],
    ['Submit anyway', true]
  ])('asks when that fails; %s: submitted is %s', async (answer, isSubmitted) => {
    const tab = await atWork();
    tab.server.answers[put] = new Refusal(500, { message: 'The disk is full.' });
    const submitted = tab.commands.execute(CommandIDs.submit, args);
    // What the Lab says of it; then our question.
    await press('Close');
    expect((await dialog()).textContent).toContain(path);
    await press(answer);
    if (isSubmitted) {
      await press('Close');
    }
    await submitted;
    expect(tab.server.requests.includes(`${base}/submit`)).toBe(isSubmitted);
    done(tab);
  });
});

describe('commands without arguments', () => {
  it('are about the assignment whose file has the focus', async () => {
    const tab = await atWork();
    expect(tab.commands.isEnabled(CommandIDs.submit)).toBe(false);
    tab.shell.currentWidget = tab.open[0];
    expect(tab.commands.isEnabled(CommandIDs.submit)).toBe(true);
    await tab.commands.execute(CommandIDs.openAssignment);
    expect(tab.pages).toEqual(['llm101/quantization']);
    await tab.commands.execute(CommandIDs.showFolder);
    expect(tab.ran).toEqual([['filebrowser:go-to-path', { path: folder }]]);
    done(tab);
  });

  it('are not offered where the application cannot do what they say', async () => {
    const tab = await atWork();
    tab.shell.currentWidget = tab.open[0];
    expect(tab.commands.isVisible(CommandIDs.showFolder)).toBe(true);
    // As on a notebook's page of Notebook 7, which has no files to show.
    tab.others.dispose();
    expect(tab.commands.isVisible(CommandIDs.showFolder)).toBe(false);
    expect(tab.commands.isVisible(CommandIDs.submit)).toBe(true);
    done(tab);
  });

  it('are about nothing elsewhere', async () => {
    const tab = await atWork();
    const other = await openDocument(tab.server, 'elsewhere/notes.py');
    tab.open.push(other);
    tab.shell.currentWidget = other;
    for (const id of [CommandIDs.submit, CommandIDs.fetch, CommandIDs.checkAll]) {
      expect(tab.commands.isEnabled(id)).toBe(false);
    }
    done(tab);
  });
});

describe('commands', () => {
  it('read the courses when nobody has yet', async () => {
    const tab = new Tab((await tabOf(assignment({ folder }))).server);
    expect(tab.commands.isEnabled(CommandIDs.open, args)).toBe(false);
    await tab.commands.execute(CommandIDs.open, args);
    expect(tab.server.requests).toEqual(['GET /courses']);
    expect(tab.ran).toEqual([
      ['docmanager:open', { path: `${folder}/quantization.ipynb` }]
    ]);
  });

  it('find the notebooks of an assignment that says nothing of itself', async () => {
    const undescribed = assignment({ folder, notebooks: [], described: false });
    const tab = await tabOf(undescribed);
    tab.server.answers['GET /courses/llm101/assignments/quantization'] = {
      assignment: undescribed,
      files: ['a.txt', 'b.ipynb', 'sub/c.ipynb'].map(name => ({
        path: name,
        state: 'unchanged'
      })),
      history: [],
      problem: null
    };
    await tab.commands.execute(CommandIDs.open, args);
    expect(tab.ran).toEqual([['docmanager:open', { path: `${folder}/b.ipynb` }]]);
  });

  it('describe their arguments', async () => {
    const tab = await tabOf();
    for (const id of [
      CommandIDs.fetch,
      CommandIDs.open,
      CommandIDs.submit,
      CommandIDs.checkAll,
      CommandIDs.openAssignment,
      CommandIDs.showFolder
    ]) {
      const described = await tab.commands.describedBy(id);
      const properties = described.args?.properties as Record<string, unknown>;
      expect(Object.keys(properties)).toEqual(
        expect.arrayContaining(['course', 'assignment'])
      );
    }
  });
});

describe('FilterModel', () => {
  it('is kept in the settings and follows them', async () => {
    const composite: Record<string, string> = { filter: 'done' };
    const settings = {
      composite,
      set: (key: string, value: string) => {
        composite[key] = value;
        return Promise.resolve();
      }
    } as unknown as ISettingRegistry.ISettings;
    const changed = new Signal<ISettingRegistry.ISettings, void>(settings);
    Object.assign(settings, { changed });
    const model = new FilterModel();
    expect(model.filter).toBe('all');
    model.keepIn(settings);
    expect(model.filter).toBe('done');
    await model.choose('todo');
    expect(composite.filter).toBe('todo');
    composite.filter = 'all';
    changed.emit();
    await settled();
    expect(model.filter).toBe('all');
    model.dispose();
  });
});
