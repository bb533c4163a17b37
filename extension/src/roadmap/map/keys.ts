import * as React from 'react';

import { focusNode, nameOf } from './focus';
import { Direction, ILayout, ISelection, neighbor } from './layout';
import { MapModel } from './model';

const ARROWS: Record<string, Direction> = {
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up'
};

/** The map's keys: + - 0 for its size, arrows from node to node, Escape for the details. */
export function onMapKey(
  event: React.KeyboardEvent,
  map: {
    fit: () => void;
    layout: ILayout;
    model: MapModel;
    root: HTMLElement | null;
    select: (selected: ISelection | null) => void;
  }
): void {
  const { fit, layout, model, root, select } = map;
  if (event.altKey || event.ctrlKey || event.metaKey) {
    // Those belong to the browser and the Lab.
    return;
  }
  const name = (event.target as HTMLElement).dataset.node;
  const node = layout.nodes.find(each => nameOf(each) === name);
  const direction = ARROWS[event.key];
  if (event.key === '+' || event.key === '=') {
    model.zoomIn();
  } else if (event.key === '-') {
    model.zoomOut();
  } else if (event.key === '0') {
    fit();
  } else if (event.key === 'Escape' && model.selected) {
    select(null);
  } else if (node && direction) {
    const next = neighbor(layout, node, direction);
    if (next) {
      focusNode(root, next);
    }
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}
