import * as React from 'react';

import { ILayout, IMapNode, NODE_WIDTH } from './layout';
import { MapModel } from './model';

/** Where the pointer is while it zooms, from the view's upper left corner. */
interface IAnchor {
  readonly x: number;
  readonly y: number;
}

/**
 * What the map's scrolling view needs of the browser: Ctrl+wheel zooms, zooming keeps its place,
 * the first look falls on what is selected or next.
 */
export function useBoardView(
  view: React.RefObject<HTMLElement>,
  layout: ILayout,
  model: MapModel,
  nextTopic: string | null
): void {
  const anchor = React.useRef<IAnchor | null>(null);
  const drawn = React.useRef<number | null>(null);
  const [, drawAgain] = React.useReducer((times: number) => times + 1, 0);

  React.useEffect(() => {
    // The Lab gives the map its place after it is in the page.
    const observer = new ResizeObserver(() => {
      if (drawn.current === null) {
        drawAgain();
      }
    });
    observer.observe(view.current!);
    return () => observer.disconnect();
  }, [view]);

  React.useEffect(() => {
    const node = view.current!;
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) {
        return;
      }
      // React listens passively and could not keep the browser from zooming the page.
      event.preventDefault();
      const box = node.getBoundingClientRect();
      anchor.current = {
        x: event.clientX - box.left,
        y: event.clientY - box.top
      };
      const turns = Math.max(-1, Math.min(1, event.deltaY / 100));
      model.zoom = (model.zoom ?? 1) * Math.pow(1.2, -turns);
    };
    node.addEventListener('wheel', onWheel, { passive: false });
    return () => node.removeEventListener('wheel', onWheel);
  }, [model]);

  React.useLayoutEffect(() => {
    const node = view.current!;
    const { zoom } = model;
    if (zoom === null) {
      model.begin(layout, {
        width: node.clientWidth,
        height: node.clientHeight
      });
      return;
    }
    if (node.clientWidth === 0 && drawn.current === null) {
      // Not shown yet; the first look has time.
      return;
    }
    const before = drawn.current;
    drawn.current = zoom;
    if (before === null) {
      const id = model.selected?.id ?? nextTopic;
      lookAt(
        node,
        layout.nodes.find(each => each.id === id),
        zoom
      );
    } else if (before !== zoom) {
      const { x, y } = anchor.current ?? {
        x: node.clientWidth / 2,
        y: node.clientHeight / 2
      };
      anchor.current = null;
      node.scrollLeft = ((node.scrollLeft + x) * zoom) / before - x;
      node.scrollTop = ((node.scrollTop + y) * zoom) / before - y;
    }
  });

  const { selected } = model;
  React.useLayoutEffect(() => {
    // Its details may stand where it was.
    const chosen = layout.nodes.find(
      each => each.id === selected?.id && each.kind === selected.kind
    );
    lookAt(view.current!, chosen, model.zoom ?? 1);
  }, [selected, layout, model, view]);
}

/** Scroll as little as brings a node into view. */
function lookAt(
  view: HTMLElement,
  node: IMapNode | undefined,
  zoom: number
): void {
  if (!node) {
    return;
  }
  const margin = 12;
  view.scrollLeft = within(
    view.scrollLeft,
    (node.x + NODE_WIDTH) * zoom + margin - view.clientWidth,
    node.x * zoom - margin
  );
  view.scrollTop = within(
    view.scrollTop,
    (node.y + node.height) * zoom + margin - view.clientHeight,
    node.y * zoom - margin
  );
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
