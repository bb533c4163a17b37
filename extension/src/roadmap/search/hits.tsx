import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IContext } from '../context';
import { kindWords } from '../resources';
import { Target } from './search';
import { keyOf, SearchModel } from './model';

/** What a search has found; the search field has the keys. */
export function Hits(props: {
  context: IContext;
  id: string;
  model: SearchModel;
}): React.JSX.Element | null {
  const { context, id, model } = props;
  const { actions, trans } = context;
  const { active, hits } = model;
  const chosen = React.useRef<HTMLLIElement>(null);
  React.useEffect(() => {
    chosen.current?.scrollIntoView?.({ block: 'nearest' });
  }, [active]);
  if (hits.count === 0) {
    return null;
  }
  return (
    <ul
      className="jp-llm-hits"
      id={id}
      role="listbox"
      aria-label={trans.__('Results')}
    >
      {hits.shown.map(({ target, title }, index) => (
        <li
          key={keyOf(target)}
          id={`${id}-${index}`}
          ref={index === active ? chosen : undefined}
          role="option"
          aria-selected={index === active}
          onClick={() => actions.open(target)}
          // The field keeps the focus, so that its keys go on working.
          onMouseDown={event => event.preventDefault()}
        >
          <div>
            {title.map((piece, at) =>
              piece.marked ? (
                <mark key={at}>{piece.text}</mark>
              ) : (
                <React.Fragment key={at}>{piece.text}</React.Fragment>
              )
            )}
          </div>
          <div className="jp-llm-about">{whereWords(target, trans)}</div>
        </li>
      ))}
    </ul>
  );
}

/** What was found, and where it belongs. */
function whereWords(target: Target, trans: TranslationBundle): string {
  switch (target.kind) {
    case 'topic':
      return trans.__('Topic');
    case 'subtopic':
      return trans.__('Subtopic of %1', target.topic.title);
    case 'resource':
      return trans.__(
        '%1, opens in a new tab · %2',
        kindWords(target.resource.kind, trans),
        target.topic.title
      );
    case 'notebook':
      return trans.__('Seed notebook · %1', target.notebook.category);
    case 'assignment':
      return trans.__('Assignment of %1', target.assignment.course);
  }
}
