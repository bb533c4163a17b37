import * as React from 'react';

import { Failure, Loading } from '../../components/state';
import { Board } from './board';
import { IContext } from '../context';
import { Details } from './details';
import { focusNode } from './focus';
import { ILayout, ISelection, layOut } from './layout';
import { MapBar } from './bar';
import { onMapKey } from './keys';
import { MapModel } from './model';
import { useBoardView } from './useBoardView';

/** The whole roadmap as a map, with the details of what is selected. */
export function MapView(props: {
  context: IContext;
  model: MapModel;
}): React.JSX.Element {
  const { context, model } = props;
  const { standing, trans } = context;
  const roadmap = standing.record?.roadmap;
  const layout = React.useMemo(
    () => roadmap && layOut(roadmap, trans.__('Seed notebooks')),
    [roadmap, trans]
  );
  if (layout) {
    return <WholeMap context={context} model={model} layout={layout} />;
  }
  const { error } = standing.roadmap;
  return error ? (
    <Failure
      trans={trans}
      message={error.message}
      retry={() => void standing.roadmap.load()}
    />
  ) : (
    <Loading trans={trans} />
  );
}

function WholeMap(props: {
  context: IContext;
  model: MapModel;
  layout: ILayout;
}): React.JSX.Element {
  const { context, layout, model } = props;
  const { trans } = context;
  const root = React.useRef<HTMLDivElement>(null);
  const view = React.useRef<HTMLDivElement>(null);
  useBoardView(view, layout, model, context.standing.nextTopic);
  const zoom = model.zoom ?? 1;
  const select = (selected: ISelection | null): void => {
    const before = model.selected;
    model.selected = selected;
    // After the details are drawn: to them, or back to where they were opened.
    requestAnimationFrame(() => {
      if (selected) {
        root.current
          ?.querySelector<HTMLElement>('.jp-llm-details h3')
          ?.focus();
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
      <MapBar
        context={context}
        model={model}
        fit={fit}
      />
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
