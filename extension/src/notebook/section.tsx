import { TranslationBundle } from '@jupyterlab/translation';
import { PanelWithToolbar, ReactWidget } from '@jupyterlab/ui-components';
import { Message } from '@lumino/messaging';
import { AccordionPanel } from '@lumino/widgets';
import * as React from 'react';

import { Empty } from '../components/state';
import { NotebookState } from './state';
import { tally } from './summary';
import { QuestionTable } from './table';

/** Of the accordion's height, when it opens first and later, where it was left with less. */
const FIRST_SHARE = 0.45;
const LEAST_SHARE = 0.15;

/** The side panel's section on the questions of the notebook in front. */
export class QuestionsSection extends PanelWithToolbar {
  constructor(
    trans: TranslationBundle,
    onGo: (state: NotebookState, gradeId: string) => void
  ) {
    super();
    this.addClass('jp-llm-questions-section');
    this.title.label = trans.__('Questions');
    this._view = new QuestionsView(trans, onGo);
    this.addWidget(this._view);
  }

  /** The notebook in front; null where none is. */
  set state(state: NotebookState | null) {
    this._state?.changed.disconnect(this._onState, this);
    this._state = state;
    this._state?.changed.connect(this._onState, this);
    this._view.state = state;
    this._onState();
  }

  /** Open the section in its accordion. */
  reveal(): void {
    this._fold(false);
  }

  /** Open with a notebook of an assignment, and give the room to others without. */
  private _onState(): void {
    const empty = !this._state?.key;
    if (empty !== this._empty) {
      this._empty = empty;
      this._fold(empty);
    }
  }

  private _fold(folded: boolean): void {
    const accordion = this.parent;
    if (accordion instanceof AccordionPanel) {
      const index = accordion.widgets.indexOf(this);
      if (folded) {
        accordion.collapse(index);
      } else {
        accordion.expand(index);
        const sizes = accordion.relativeSizes();
        if (!this._wasOpened || sizes[index] < LEAST_SHARE) {
          // One works on these now; later the student may have moved the borders.
          sizes[index] = FIRST_SHARE;
          accordion.setRelativeSizes(sizes);
        }
        this._wasOpened = true;
      }
    }
  }

  private _view: QuestionsView;
  private _state: NotebookState | null = null;
  private _empty = false;
  private _wasOpened = false;
}

class QuestionsView extends ReactWidget {
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _onGo: (state: NotebookState, gradeId: string) => void
  ) {
    super();
  }

  set state(state: NotebookState | null) {
    this._state?.changed.disconnect(this._onChanged, this);
    this._state = state;
    this._state?.changed.connect(this._onChanged, this);
    this._onChanged();
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.update();
  }

  protected render(): React.JSX.Element {
    return (
      <Questions state={this._state} trans={this._trans} onGo={this._onGo} />
    );
  }

  /** Nothing is drawn for nobody: a hidden section is drawn when it is shown. */
  private _onChanged(): void {
    if (this.isVisible) {
      this.update();
    }
  }

  private _state: NotebookState | null = null;
}

function Questions(props: {
  state: NotebookState | null;
  trans: TranslationBundle;
  onGo: (state: NotebookState, gradeId: string) => void;
}): React.JSX.Element {
  const { state, trans } = props;
  if (!state?.key) {
    return (
      <Empty>
        {trans.__('Open a notebook of an assignment to see its questions here.')}
      </Empty>
    );
  }
  if (state.questions.length === 0) {
    return (
      <Empty>
        {trans.__('This notebook has no graded questions.')}
      </Empty>
    );
  }
  const { assignment, check } = state;
  const title = assignment?.title || state.key.assignment;
  return (
    <>
      <p className="jp-llm-questions-title">{title}</p>
      <LastCheck state={state} trans={trans} />
      <QuestionTable
        rows={state.questions}
        caption={trans.__('Questions of %1', title)}
        onGo={gradeId => props.onGo(state, gradeId)}
        trans={trans}
      />
      {!check?.result && !check?.error && (
        <Empty>
          {trans.__(
            '“Check” in the notebook’s toolbar runs everything from top to bottom in a fresh kernel.'
          )}
        </Empty>
      )}
    </>
  );
}

/** How the last check ended, or how far the one is that runs. */
function LastCheck(props: {
  state: NotebookState;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { state, trans } = props;
  const check = state.check;
  const ended = check?.error || check?.result?.error;
  return (
    <div className="jp-llm-last-check" role="status">
      {state.isChecking && <p>{trans.__('A check runs…')}</p>}
      {ended && !state.isChecking && <p className="jp-llm-problem">{ended}</p>}
      {check?.result && !state.isChecking && !check.error && (
        <p>
          {trans.__(
            'In the last check %1 of %2 questions passed.',
            tally(check.result).passed,
            tally(check.result).measured
          )}
        </p>
      )}
    </div>
  );
}
