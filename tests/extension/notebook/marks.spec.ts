import {
  CodeMirrorEditorFactory,
  CodeMirrorMimeTypeService,
  EditorLanguageRegistry
} from '@jupyterlab/codemirror';
import { Notebook, NotebookModel, StaticNotebook } from '@jupyterlab/notebook';
import {
  RenderMimeRegistry,
  standardRendererFactories
} from '@jupyterlab/rendermime';
import { nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { selectCell } from '../../../extension/src/notebook/goto';
import { CellMarks } from '../../../extension/src/notebook/marks';
import { indexOf, open, PATH, settle } from './fixture';

const trans = nullTranslator.load('llm-classroom');
// jsdom has no layout, and so nothing to scroll.
Element.prototype.scrollTo ??= () => undefined;

let opened: Awaited<ReturnType<typeof open>>;
let notebook: Notebook;
let marks: CellMarks;

function makeNotebook(model: NotebookModel): Notebook {
  const editors = new CodeMirrorEditorFactory();
  const made = new Notebook({
    rendermime: new RenderMimeRegistry({
      initialFactories: standardRendererFactories
    }),
    contentFactory: new Notebook.ContentFactory({
      editorFactory: editors.newInlineEditor.bind(editors)
    }),
    notebookConfig: {
      ...StaticNotebook.defaultNotebookConfig,
      windowingMode: 'none'
    },
    mimeTypeService: new CodeMirrorMimeTypeService(new EditorLanguageRegistry())
  });
  made.model = model;
  return made;
}

beforeEach(async () => {
  opened = await open();
  notebook = makeNotebook(opened.model);
  Widget.attach(notebook, document.body);
  marks = new CellMarks(notebook, opened.state, trans);
  await settle();
});

afterEach(() => {
  marks.dispose();
  notebook.dispose();
  opened.dispose();
});

/** What stands at each cell. */
function labels(): string[] {
  return notebook.widgets.map(
    cell => cell.node.querySelector('.jp-llm-cell-mark')?.textContent ?? ''
  );
}

const RELEASED = [
  '',
  'Locked',
  'Locked',
  '',
  'Your answer',
  '',
  'Check, 3 points',
  'Check, 1 point',
  'Your answer, 2 points'
];

describe('CellMarks', () => {
  it('tells answers, checks and locked cells apart', () => {
    expect(labels()).toEqual(RELEASED);
    const roles = notebook.widgets.map(cell => cell.node.dataset.llmRole);
    expect(roles[4]).toBe('answer');
    expect(roles[0]).toBeUndefined();
  });

  it('stands before the input, where a screen reader reads first', async () => {
    await notebook.widgets[6].ready;
    expect(notebook.widgets[6].node.firstElementChild?.textContent).toBe('Check, 3 points');
  });

  it('follows what is inserted, moved and deleted', async () => {
    const shared = opened.model.sharedModel;
    shared.insertCell(0, { cell_type: 'code', source: '' });
    expect(labels()).toEqual(['', ...RELEASED]);
    shared.deleteCell(0);
    shared.moveCell(6, 0);
    await settle();
    expect(labels()[0]).toBe('Check, 3 points');
    expect(labels().filter(label => label === 'Check, 3 points')).toHaveLength(1);
    opened.state.restore('absmax');
    shared.deleteCell(0);
    expect(labels()).not.toContain('Check, 3 points');
  });

  it('marks a restored cell at once', async () => {
    opened.model.sharedModel.deleteCell(indexOf(opened.model, 'absmax'));
    await settle();
    opened.state.restore('absmax');
    expect(labels()).toEqual(RELEASED);
  });

  it('blocks nothing that the metadata do not block', () => {
    expect(notebook.widgets.map(cell => cell.readOnly)).toEqual(Array(9).fill(false));
  });

  it('writes nothing into the document', () => {
    const before = opened.model.toString();
    marks.update();
    expect(opened.model.toString()).toBe(before);
  });

  it('goes when the notebook leaves the assignment, or is not wanted', () => {
    opened.state.path = 'elsewhere.ipynb';
    expect(labels()).toEqual(Array(9).fill(''));
    opened.state.path = PATH;
    expect(labels()).toEqual(RELEASED);
    marks.enabled = false;
    expect(labels()).toEqual(Array(9).fill(''));
  });
});

describe('selectCell', () => {
  it('makes the cell active and focuses it, without beginning to edit', async () => {
    notebook.mode = 'edit';
    await selectCell(notebook, 6);
    expect(notebook.activeCellIndex).toBe(6);
    expect(notebook.mode).toBe('command');
    expect(document.activeElement).toBe(notebook.widgets[6].node);
  });
});
