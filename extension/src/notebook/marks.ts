import { Cell } from '@jupyterlab/cells';
import { Notebook } from '@jupyterlab/notebook';
import { TranslationBundle } from '@jupyterlab/translation';
import { PanelLayout, Widget } from '@lumino/widgets';

import { Listener } from '../model';
import { roleLabel, roleOf } from './cells';
import { NotebookState } from './state';

const MARK = 'jp-llm-cell-mark';

/** Tells what the cells of an assignment's notebook are; writes nothing into the document. */
export class CellMarks extends Listener {
  constructor(
    private readonly _notebook: Notebook,
    private readonly _state: NotebookState,
    private readonly _trans: TranslationBundle
  ) {
    super();
    _state.changed.connect(this.update, this);
    _notebook.modelContentChanged.connect(this._onContent, this);
    this.update();
  }

  /** Whether marks are shown at all: a setting. */
  get enabled(): boolean {
    return this._enabled;
  }

  set enabled(enabled: boolean) {
    this._enabled = enabled;
    this.update();
  }

  dispose(): void {
    super.dispose();
    if (!this._notebook.isDisposed) {
      this._notebook.widgets.forEach(unmark);
    }
  }

  update(): void {
    const isOn = this._enabled && this._state.key !== null;
    this._count = this._notebook.widgets.length;
    this._notebook.widgets.forEach(cell => {
      const role = isOn ? roleOf(cell.model.getMetadata('nbgrader')) : null;
      if (role) {
        mark(cell, role.role, roleLabel(role, this._trans));
      } else {
        unmark(cell);
      }
    });
  }

  /** Mark what was inserted at once; everything else can wait for the state. */
  private _onContent(): void {
    if (this._notebook.widgets.length !== this._count) {
      this.update();
    }
  }

  private _count = 0;
  private _enabled = true;
}

function mark(cell: Cell, role: string, label: string): void {
  cell.node.dataset.llmRole = role;
  const widget = markOf(cell) ?? insertMark(cell);
  if (widget.node.textContent !== label) {
    widget.node.textContent = label;
  }
}

/** Before the input, where a screen reader reads first; the cell disposes of it. */
function insertMark(cell: Cell): Widget {
  const widget = new Widget();
  widget.addClass(MARK);
  (cell.layout as PanelLayout).insertWidget(0, widget);
  return widget;
}

function unmark(cell: Cell): void {
  markOf(cell)?.dispose();
  delete cell.node.dataset.llmRole;
}

function markOf(cell: Cell): Widget | undefined {
  const layout = cell.layout as PanelLayout | null;
  return layout?.widgets.find(widget => widget.hasClass(MARK));
}
