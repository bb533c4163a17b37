import { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Message } from '@lumino/messaging';
import * as React from 'react';

import { IDamage } from './compare';
import { NotebookState } from './state';

const MAX_NAMES = 5;

/** Warns above the notebook of cells that grading needs as they were. */
export class DamageBanner extends ReactWidget {
  /** @param onRestored - Told where a cell is again. */
  constructor(
    private readonly _state: NotebookState,
    private readonly _trans: TranslationBundle,
    private readonly _onRestored: (gradeId: string, index: number) => void
  ) {
    super();
    this.addClass('jp-llm-damage');
    _state.changed.connect(this._onChanged, this);
    this._onChanged();
  }

  /** Whether warnings are wanted at all: a setting. */
  get enabled(): boolean {
    return this._enabled;
  }

  set enabled(enabled: boolean) {
    this._enabled = enabled;
    this._onChanged();
  }

  dispose(): void {
    this._state.changed.disconnect(this._onChanged, this);
    this._observer.disconnect();
    super.dispose();
  }

  protected render(): React.JSX.Element {
    return (
      <Damage
        state={this._state}
        trans={this._trans}
        onRestored={this._onRestored}
        onSized={this._fit}
      />
    );
  }

  protected onBeforeDetach(msg: Message): void {
    this._observer.disconnect();
    super.onBeforeDetach(msg);
  }

  private _onChanged(): void {
    this.setHidden(!this._enabled || this._state.damage.length === 0);
    this.update();
  }

  /** A box gives its widgets their minimal height, so that is set from what is drawn. */
  private _fit = (content: HTMLElement | null): void => {
    this._observer.disconnect();
    if (content) {
      this._observer.observe(content);
    }
  };

  private _enabled = true;
  private _observer = new ResizeObserver(entries => {
    const height = Math.ceil(entries[0].borderBoxSize[0].blockSize);
    this.node.style.minHeight = `${height}px`;
    this.parent?.fit();
  });
}

function Damage(props: {
  state: NotebookState;
  trans: TranslationBundle;
  onRestored: (gradeId: string, index: number) => void;
  onSized: (content: HTMLElement | null) => void;
}): React.JSX.Element {
  const { state, trans } = props;
  const restore = (gradeId: string): void =>
    props.onRestored(gradeId, state.restore(gradeId));
  const restorable = state.damage.filter(({ kind }) => kind !== 'twice');
  return (
    <div ref={props.onSized} className="jp-llm-damage-content">
      {/* Spoken again only when its text changes, which is not at every key. */}
      <p role="alert">{summary(state, trans)}</p>
      {restorable.length > 1 && (
        <button
          className="jp-mod-styled jp-llm-damage-restore"
          onClick={() => restorable.forEach(({ gradeId }) => restore(gradeId))}
        >
          {trans.__('Restore all')}
        </button>
      )}
      <ul>
        {state.damage.map(({ gradeId, kind }) => (
          <li key={gradeId}>
            <span>{sentence(state.titleOf(gradeId), kind, trans)}</span>
            {kind !== 'twice' && (
              <button
                className="jp-mod-styled jp-llm-damage-restore"
                onClick={() => restore(gradeId)}
                aria-label={trans.__('Restore “%1”', state.titleOf(gradeId))}
              >
                {trans.__('Restore')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function summary(state: NotebookState, trans: TranslationBundle): string {
  const count = state.damage.length;
  const names = state.damage
    .slice(0, MAX_NAMES)
    .map(({ gradeId }) => `“${state.titleOf(gradeId)}”`)
    .concat(count > MAX_NAMES ? ['…'] : [])
    .join(', ');
  return count === 0
    ? ''
    : trans._n(
        'A cell of this assignment is not as it was released: %2',
        '%1 cells of this assignment are not as they were released: %2',
        count,
        names
      );
}

function sentence(
  title: string,
  kind: IDamage['kind'],
  trans: TranslationBundle
): string {
  switch (kind) {
    case 'missing':
      return trans.__('“%1” is gone. Without it nothing is graded there.', title);
    case 'edited':
      return trans.__(
        '“%1” was edited. Grading uses it as it was released; Restore keeps your text in a cell below.',
        title
      );
    case 'twice':
      return trans.__(
        '“%1” is there more than once. Only the last one is graded.',
        title
      );
  }
}
