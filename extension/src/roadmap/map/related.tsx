import * as React from 'react';

import { ISelection } from './layout';

/** Topics or notebooks that belong to what is shown, as ways to them. */
export function Related(props: {
  title: string;
  kind: ISelection['kind'];
  items: readonly { id: string; title: string }[];
  onSelect: (selection: ISelection) => void;
}): React.JSX.Element | null {
  const { items, kind, onSelect, title } = props;
  if (items.length === 0) {
    return null;
  }
  return (
    <>
      <h4>{title}</h4>
      <ul className="jp-llm-topic-assignments">
        {items.map(item => (
          <li key={item.id}>
            <button
              className="jp-llm-link"
              type="button"
              onClick={() => onSelect({ kind, id: item.id })}
            >
              {item.title}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
