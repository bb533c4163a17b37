import {
  INotebookTracker,
  NotebookActions,
  NotebookPanel
} from '@jupyterlab/notebook';
import { TranslationBundle } from '@jupyterlab/translation';
import { ISignal, Signal } from '@lumino/signaling';

import { countAttempt } from '../report/facts';
import { IClassroom } from '../tokens';
import { Announcer } from './announce';
import { DamageBanner } from './banner';
import { roleOf } from './cells';
import { ChecksModel } from './checks';
import { selectCell } from './goto';
import { CellMarks } from './marks';
import { reportIn } from './questions';
import { NotebookState } from './state';

/** What a notebook's panel carries of ours. */
interface IOpened {
  state: NotebookState;
  marks: CellMarks;
  banner: DamageBanner;
}

/** What the settings say. */
export interface INotebookSettings {
  marks: boolean;
  warnings: boolean;
}

/** The notebooks that are open, each with its marks, its warnings and its state. */
export class OpenNotebooks {
  constructor(
    private readonly _classroom: IClassroom,
    private readonly _checks: ChecksModel,
    private readonly _tracker: INotebookTracker,
    private readonly _announcer: Announcer
  ) {
    this._trans = _classroom.trans;
    _tracker.widgetAdded.connect((_, panel) => void this.stateOf(panel));
    _tracker.forEach(panel => void this.stateOf(panel));
    NotebookActions.executed.connect(this._onExecuted, this);
  }

  /** A notebook whose state has changed. */
  get changed(): ISignal<this, NotebookPanel> {
    return this._changed;
  }

  /** The state of the notebook in front. */
  get current(): NotebookState | null {
    const panel = this._tracker.currentWidget;
    return panel && !panel.isDisposed ? this.stateOf(panel) : null;
  }

  set settings(settings: INotebookSettings) {
    this._settings = settings;
    this._opened.forEach(opened => this._configure(opened));
  }

  stateOf(panel: NotebookPanel): NotebookState {
    let opened = this._opened.get(panel);
    if (!opened) {
      opened = this._open(panel);
      this._opened.set(panel, opened);
      this._configure(opened);
    }
    return opened.state;
  }

  private _open(panel: NotebookPanel): IOpened {
    const { context } = panel;
    const state = new NotebookState(
      context.model,
      this._classroom,
      this._checks,
      context.path,
      context.ready
    );
    const marks = new CellMarks(panel.content, state, this._trans);
    const banner = new DamageBanner(state, this._trans, (gradeId, index) => {
      if (index !== -1) {
        this._announcer.say(
          this._trans.__('“%1” is restored.', state.titleOf(gradeId))
        );
        void selectCell(panel.content, index);
      }
    });
    panel.contentHeader.insertWidget(0, banner);
    const onPath = (_: unknown, path: string): void => {
      state.path = path;
    };
    context.pathChanged.connect(onPath);
    state.changed.connect(() => this._changed.emit(panel));
    panel.disposed.connect(() => {
      context.pathChanged.disconnect(onPath);
      marks.dispose();
      banner.dispose();
      state.dispose();
      this._opened.delete(panel);
    });
    return { state, marks, banner };
  }

  private _configure({ marks, banner }: IOpened): void {
    marks.enabled = this._settings.marks;
    banner.enabled = this._settings.warnings;
  }

  /** Count how often a check was run, beside what it reported. */
  private _onExecuted(
    _: unknown,
    { notebook, cell }: Parameters<Executed>[1]
  ): void {
    const panel = this._tracker.find(other => other.content === notebook);
    const model = cell.isDisposed ? null : cell.model;
    if (!panel || !model || this.stateOf(panel).key === null) {
      return;
    }
    const shared = model.sharedModel;
    const isCheck = roleOf(model.getMetadata('nbgrader'))?.role === 'check';
    if (isCheck && 'getOutputs' in shared && reportIn(shared.getOutputs())) {
      countAttempt(model);
    }
  }

  private _changed = new Signal<this, NotebookPanel>(this);
  private _opened = new Map<NotebookPanel, IOpened>();
  private _settings: INotebookSettings = { marks: true, warnings: true };
  private _trans: TranslationBundle;
}

type Executed = Parameters<typeof NotebookActions.executed.connect>[0];
