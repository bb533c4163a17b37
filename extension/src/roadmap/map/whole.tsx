import * as React from 'react';

import { Failure } from '../../components/state';
import { IContext } from '../context';
import { MapBar } from './bar';
import { Board } from './board';
import { Details } from './details';
import { focusNode } from './focus';
import { onMapKey } from './keys';
import { ILayout, ISelection } from './layout';
import { MapModel } from './model';
import { useBoardView } from './useBoardView';

/** The board in its scrolling view, the bar above it, the details beside it. */
export function WholeMap(props: {
  context: IContext;
  model: MapModel;
  layout: ILayout;
}): React.JSX.Element {
  const { context, layout, model } = props;
  const { standing, trans } = context;
  const { problem } = standing.roadmap;
  const root = React.useRef<HTMLDivElement>(null);
  const view = React.useRef<HTMLDivElement>(null);
  useBoardView(view, layout, model, standing.nextTopic);
  const zoom = model.zoom ?? 1;
  const select = (selected: ISelection | null): void => {
    const before = model.selected;
    model.selected = selected;
    // After the details are drawn: to them, or back to where they were opened.
    requestAnimationFrame(() => {
      if (selected) {
        root.current?.querySelector<HTMLElement>('.jp-llm-details h3')?.focus();
      } else if (before) {
        focusNode(root.current, before);
      }
    });
  };
  const fit = (): void => {
    const { clientHeight, clientWidth } = view.current!;
    model.fit(layout, { width: clientWidth, height: clientHeight });
  };
  return (
    <div
      className="jp-llm-map"
      ref={root}
      onKeyDown={event =>
        onMapKey(event, { fit, layout, model, root: root.current, select })
      }
    >
      <MapBar context={context} model={model} fit={fit} />
      <Failure trans={trans} message={problem && problem.message} />
      <div className="jp-llm-map-body">
        <div
          className="jp-llm-map-view"
          ref={view}
          role="region"
          aria-label={trans.__('Map of the roadmap')}
          tabIndex={0}
        >
          <div
            className="jp-llm-map-size"
            style={{ width: layout.width * zoom, height: layout.height * zoom }}
          >
            <div
              className="jp-llm-board"
              style={{
                width: layout.width,
                height: layout.height,
                transform: `scale(${zoom})`
              }}
            >
              <Board
                context={context}
                layout={layout}
                selected={model.selected}
                onSelect={select}
              />
            </div>
          </div>
        </div>
        {model.selected && (
          <Details
            context={context}
            selected={model.selected}
            onClose={() => select(null)}
            onSelect={select}
          />
        )}
      </div>
    </div>
  );
}
