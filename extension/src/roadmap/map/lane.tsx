import * as React from 'react';

import { IContext } from '../context';
import { ILane, IMapNode, ISelection } from './layout';
import { MapNode } from './node';

/** A part's topics from top to bottom, or the seed notebooks by category. */
export function Lane(props: {
  context: IContext;
  lane: ILane;
  chosen: IMapNode | undefined;
  related: readonly IMapNode[];
  onSelect: (selection: ISelection | null) => void;
}): React.JSX.Element {
  const { chosen, context, lane, onSelect, related } = props;
  const { standing, trans } = context;
  const part = standing.record!.roadmap.parts.find(p => p.id === lane.id);
  const progress = part && standing.part(part);
  return (
    <section
      className="jp-llm-lane"
      aria-label={lane.title}
      style={{ left: lane.x, width: lane.width }}
    >
      <h3>{lane.title}</h3>
      <p>
        {progress
          ? trans.__('%1 of %2 topics done', progress.done, progress.topics)
          : trans.__('What the course grew from; assignments build their techniques')}
      </p>
      {lane.groups.map(group => (
        <React.Fragment key={group.title}>
          {group.title && (
            <h4
              className="jp-llm-category"
              style={{ left: group.x - lane.x, top: group.y }}
            >
              {group.title}
            </h4>
          )}
          {group.nodes.map(node => (
            <MapNode
              key={node.id}
              context={context}
              lane={lane}
              node={node}
              selected={node === chosen}
              related={related.includes(node)}
              onSelect={() =>
                onSelect(
                  node === chosen ? null : { kind: node.kind, id: node.id }
                )
              }
            />
          ))}
        </React.Fragment>
      ))}
    </section>
  );
}
