import { TranslationBundle } from '@jupyterlab/translation';
import {
  checkIcon,
  ReactWidget,
  stopIcon,
  ToolbarButtonComponent
} from '@jupyterlab/ui-components';
import * as React from 'react';

import { Api } from '../api';
import { JobBar } from '../components/jobBar';
import { NotebookState } from './state';
import { tally } from './summary';

/** What the button in the toolbar does. */
export interface ICheckActions {
  check(): void;
  cancel(): void;
  /** Show what the last check found. */
  show(): void;
}

/** *Check* in the toolbar of an assignment's notebook, with its progress; hidden elsewhere. */
export class CheckButton extends ReactWidget {
  constructor(
    private readonly _state: NotebookState,
    private readonly _actions: ICheckActions,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-llm-check');
    _state.changed.connect(this._onChanged, this);
    this._onChanged();
  }

  protected render(): React.JSX.Element {
    const check = this._state.check;
    const trans = this._trans;
    const isBusy = this._state.isChecking;
    const status = isBusy ? '' : outcome(this._state, trans);
    return (
      <>
        {isBusy ? (
          <Progress
            job={check?.job ?? null}
            cancel={this._actions.cancel}
            trans={trans}
          />
        ) : (
          <ToolbarButtonComponent
            icon={checkIcon}
            label={trans.__('Check')}
            tooltip={trans.__(
              'Save the notebook and run it from top to bottom in a fresh kernel, to see what all its checks say. Your kernel is left alone.'
            )}
            onClick={this._actions.check}
          />
        )}
        {status && (
          <button
            className="jp-llm-link jp-llm-check-outcome"
            title={trans.__('Show the questions of this notebook')}
            onClick={this._actions.show}
          >
            {status}
          </button>
        )}
        <span className="jp-llm-visually-hidden" role="status">
          {status}
        </span>
      </>
    );
  }

  private _onChanged(): void {
    this.setHidden(this._state.key === null);
    this.update();
  }
}

function Progress(props: {
  job: Api.IJob | null;
  cancel: () => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { job, trans } = props;
  return (
    <>
      <JobBar job={job} label={trans.__('Check of the notebook')} />
      <span className="jp-llm-check-step">
        {job?.total
          ? trans.__('%1 of %2 cells', job.done, job.total)
          : trans.__('Starting…')}
      </span>
      <ToolbarButtonComponent
        icon={stopIcon}
        label={trans.__('Cancel')}
        tooltip={trans.__('End the check')}
        enabled={job?.cancellable ?? false}
        onClick={props.cancel}
      />
    </>
  );
}

function outcome(state: NotebookState, trans: TranslationBundle): string {
  const check = state.check;
  if (check?.error) {
    return trans.__('Check failed');
  }
  if (!check?.result) {
    return '';
  }
  const { passed, measured } = tally(check.result);
  return trans.__('%1 of %2 passed', passed, measured);
}
