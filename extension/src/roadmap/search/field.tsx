import { UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IContext } from '../context';
import { Hits } from './hits';
import { SearchModel } from './model';

/** The search field and, while something is typed, what it finds. */
export function SearchField(props: {
  context: IContext;
  model: SearchModel;
  /** Shown while nothing is looked for. */
  children: React.ReactNode;
}): React.JSX.Element {
  return (
    <UseSignal signal={props.model.changed}>
      {() => <Field {...props} />}
    </UseSignal>
  );
}

function Field(props: {
  context: IContext;
  model: SearchModel;
  children: React.ReactNode;
}): React.JSX.Element {
  const { children, context, model } = props;
  const { actions, standing, trans } = context;
  const id = React.useId();
  const { active, hits, isOpen } = model;
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) {
      return;
    }
    if (event.key === 'Escape' && model.query) {
      model.query = '';
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      model.move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter' && model.chosen) {
      actions.open(model.chosen.target);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <div className="jp-llm-search">
        <input
          className="jp-mod-styled"
          type="search"
          role="combobox"
          aria-label={trans.__('Search roadmap and assignments')}
          aria-autocomplete="list"
          aria-expanded={isOpen && hits.count > 0}
          aria-controls={isOpen && hits.count > 0 ? id : undefined}
          aria-activedescendant={
            isOpen && active >= 0 ? `${id}-${active}` : undefined
          }
          autoComplete="off"
          disabled={standing.record === null}
          maxLength={200}
          placeholder={trans.__('Search')}
          spellCheck={false}
          value={model.query}
          // Before the first letter, which then finds it made.
          onFocus={() => standing.index}
          onChange={event => (model.query = event.target.value)}
          onKeyDown={onKeyDown}
        />
      </div>
      <p className="jp-llm-found" role="status" aria-live="polite">
        {isOpen && countWords(hits.count, hits.shown.length)}
      </p>
      {isOpen ? <Hits context={context} id={id} model={model} /> : children}
    </>
  );

  function countWords(count: number, shown: number): string {
    if (count === 0) {
      return trans.__('Nothing has all of these words.');
    }
    return count > shown
      ? trans.__('%1 results, the best %2 shown', count, shown)
      : trans._n('%1 result', '%1 results', count, count);
  }
}
