import * as React from 'react';

import { Badge } from '../badge';
import { IContext } from '../context';
import { nameOf } from './focus';
import { ILane, IMapNode, NODE_WIDTH } from './layout';
import { stateOfNode } from '../states';

/** A topic or a seed notebook on the map: a button that shows its details. */
export function MapNode(props: {
  context: IContext;
  lane: ILane;
  node: IMapNode;
  selected: boolean;
  /** Belongs to what is selected. */
  related: boolean;
  onSelect: () => void;
}): React.JSX.Element {
  const { context, lane, node, onSelect, related, selected } = props;
  const { standing, trans } = context;
  const { share, state } = stateOfNode(standing, node);
  const classes = [
    'jp-llm-node',
    `jp-mod-${node.kind}`,
    `jp-mod-${state ?? 'outside'}`,
    selected ? 'jp-mod-selected' : '',
    related ? 'jp-mod-related' : ''
  ];
  return (
    <button
      className={classes.filter(name => name).join(' ')}
      type="button"
      aria-pressed={selected}
      data-node={nameOf(node)}
      onClick={onSelect}
      style={{
        left: node.x - lane.x,
        top: node.y,
        width: NODE_WIDTH,
        height: node.height
      }}
    >
      <span className="jp-llm-node-title">{node.title}</span>
      <span className="jp-llm-node-state">
        {state ? (
          <Badge state={state} share={share} trans={trans} />
        ) : (
          trans.__('No assignment')
        )}
        {related && (
          <span className="jp-llm-visually-hidden">
            {trans.__('belongs to what is selected')}
          </span>
        )}
      </span>
      {node.kind === 'topic' && share > 0 && (
        <span className="jp-llm-node-bar" aria-hidden="true">
          <span style={{ width: `${100 * share}%` }} />
        </span>
      )}
    </button>
  );
}
