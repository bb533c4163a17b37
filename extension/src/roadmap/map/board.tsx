import * as React from 'react';

import { IContext } from '../context';
import { Lane } from './lane';
import {
  ILayout,
  IMapNode,
  ISelection,
  lineBetween,
  wayThrough
} from './layout';

/** The lanes with their nodes, and the lines between them, in natural size. */
export function Board(props: {
  context: IContext;
  layout: ILayout;
  selected: ISelection | null;
  onSelect: (selection: ISelection | null) => void;
}): React.JSX.Element {
  const { context, layout, onSelect, selected } = props;
  const chosen = layout.nodes.find(
    node => node.id === selected?.id && node.kind === selected.kind
  );
  const related = chosen ? relatedTo(context, layout, chosen) : [];
  return (
    <>
      {layout.lanes.map(lane => (
        <Lane
          key={lane.id}
          context={context}
          lane={lane}
          chosen={chosen}
          related={related}
          onSelect={onSelect}
        />
      ))}
      <svg
        className="jp-llm-lines"
        width={layout.width}
        height={layout.height}
        aria-hidden="true"
      >
        {wayThrough(layout).map(path => (
          <path key={path} className="jp-llm-way" d={path} />
        ))}
        {related.map(node => (
          <path
            key={node.id}
            className="jp-llm-relation"
            d={lineBetween(chosen!, node)}
          />
        ))}
      </svg>
    </>
  );
}

function relatedTo(
  context: IContext,
  layout: ILayout,
  node: IMapNode
): IMapNode[] {
  const { relations } = context.standing;
  const [kind, others] =
    node.kind === 'topic'
      ? ['notebook', relations.notebooksOf(node.id)]
      : ['topic', relations.topicsOf(node.id)];
  return layout.nodes.filter(
    each => each.kind === kind && others.some(other => other.id === each.id)
  );
}
