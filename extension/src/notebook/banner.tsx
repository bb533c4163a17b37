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
  const { damage } = state;
  const restorable = damage.filter(({ kind }) => kind !== 'twice');
  const restore = (chosen: readonly IDamage[]): void =>
    chosen.forEach(({ gradeId }) =>
      props.onRestored(gradeId, state.restore(gradeId))
    );
  const names = damage.map(({ gradeId }) => state.titleOf(gradeId));
  return (
    <div ref={props.onSized} className="jp-llm-damage-content">
      <div className="jp-llm-damage-head">
        {/* Spoken again only when its text changes, which is not at every key. */}
        <p role="alert">
          {damage.length === 1
            ? sentence(names[0], damage[0], trans)
            : summary(names, trans)}
        </p>
        {restorable.length > 0 && (
          <button
            className="jp-mod-styled"
            onClick={() => restore(restorable)}
          >
            {damage.length === 1 ? trans.__('Restore') : trans.__('Restore all')}
          </button>
        )}
      </div>
      {damage.length > 1 && (
        <ul>
          {damage.map((one, index) => (
            <li key={one.gradeId}>
              <span>{sentence(names[index], one, trans)}</span>
              {one.kind !== 'twice' && (
                <button
                  className="jp-mod-styled"
                  onClick={() => restore([one])}
                  aria-label={trans.__('Restore “%1”', names[index])}
                >
                  {trans.__('Restore')}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function summary(names: readonly string[], trans: TranslationBundle): string {
  const shown = names
    .slice(0, MAX_NAMES)
    .map(name => `“${name}”`)
    .concat(names.length > MAX_NAMES ? ['…'] : [])
    .join(', ');
  return names.length === 0
    ? ''
    : trans.__(
        '%1 cells of this assignment are not as they were released: %2',
        names.length,
        shown
      );
}

function sentence(
  name: string,
  { kind, graded }: IDamage,
  trans: TranslationBundle
): string {
  switch (kind) {
    case 'missing':
      return graded
        ? trans.__('“%1” is gone: without it the question earns nothing.', name)
        : trans.__('“%1” is gone: what comes after it may need it.', name);
    case 'edited':
      return trans.__(
        '“%1” was edited: it is graded as it was released. Restore keeps your text in a cell below.',
        name
      );
    case 'twice':
      return trans.__(
        '“%1” is there more than once: only the last one is graded.',
        name
      );
  }
}
