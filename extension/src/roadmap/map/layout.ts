/** Where everything stands on the map: lanes side by side, what is learned first at the top. */

import { Api } from '../../api';

/** A topic, or a seed notebook. */
export interface ISelection {
  readonly kind: 'topic' | 'notebook';
  readonly id: string;
}

export interface IMapNode extends ISelection {
  readonly title: string;
  readonly column: number;
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

export interface ILane {
  readonly id: string;
  readonly title: string;
  readonly x: number;
  readonly width: number;
  readonly groups: readonly IGroup[];
}

/** A part's topics, or the notebooks of a category. */
export interface IGroup {
  /** Empty for topics. */
  readonly title: string;
  readonly x: number;
  readonly y: number;
  readonly nodes: readonly IMapNode[];
}

export interface ILayout {
  readonly width: number;
  readonly height: number;
  readonly lanes: readonly ILane[];
  readonly nodes: readonly IMapNode[];
}

export const NODE_WIDTH = 212;
const TOPIC_HEIGHT = 84;
const NOTEBOOK_HEIGHT = 76;
const GAP = 22;
const SMALL_GAP = 10;
const MARGIN = 20;
const LANE_HEAD = 76;
const GROUP_HEAD = 30;
const COLUMN = NODE_WIDTH + 2 * MARGIN;
/** Between lanes; a line runs there. */
const GUTTER = 24;
const NOTEBOOK_COLUMNS = 2;

/** @param notebooksTitle - Heading of the lane of the seed notebooks. */
export function layOut(roadmap: Api.IRoadmap, notebooksTitle: string): ILayout {
  const lanes: ILane[] = roadmap.parts.map((part, column) => {
    const x = MARGIN + column * (COLUMN + GUTTER);
    const nodes = part.topics.map((topic, row) => ({
      kind: 'topic' as const,
      id: topic.id,
      title: topic.title,
      column,
      x: x + MARGIN,
      y: LANE_HEAD + row * (TOPIC_HEIGHT + GAP),
      height: TOPIC_HEIGHT
    }));
    const group = { title: '', x: x + MARGIN, y: LANE_HEAD, nodes };
    return {
      id: part.id,
      title: part.title,
      x,
      width: COLUMN,
      groups: [group]
    };
  });
  if (roadmap.notebooks.length > 0) {
    lanes.push(laneOfNotebooks(roadmap, lanes.length, notebooksTitle));
  }
  const nodes = lanes.flatMap(lane => lane.groups.flatMap(g => g.nodes));
  const last = lanes[lanes.length - 1];
  return {
    width: last ? last.x + last.width + MARGIN : 0,
    height: Math.max(0, ...nodes.map(n => n.y + n.height)) + 2 * MARGIN,
    lanes,
    nodes
  };
}

function laneOfNotebooks(
  roadmap: Api.IRoadmap,
  column: number,
  title: string
): ILane {
  const x = MARGIN + column * (COLUMN + GUTTER);
  const categories = [...new Set(roadmap.notebooks.map(n => n.category))];
  const perColumn = Math.ceil(categories.length / NOTEBOOK_COLUMNS);
  const groups: IGroup[] = [];
  let y = LANE_HEAD;
  categories.forEach((category, index) => {
    const inLane = Math.floor(index / perColumn);
    if (index % perColumn === 0) {
      y = LANE_HEAD;
    }
    const left = x + MARGIN + inLane * (NODE_WIDTH + MARGIN);
    const found = roadmap.notebooks.filter(n => n.category === category);
    const top = y;
    const nodes = found.map((notebook, row) => ({
      kind: 'notebook' as const,
      id: notebook.id,
      title: notebook.title,
      column: column + inLane,
      x: left,
      y: top + GROUP_HEAD + row * (NOTEBOOK_HEIGHT + SMALL_GAP),
      height: NOTEBOOK_HEIGHT
    }));
    groups.push({ title: category, x: left, y: top, nodes });
    y += GROUP_HEAD + found.length * (NOTEBOOK_HEIGHT + SMALL_GAP) + GAP;
  });
  const used = Math.ceil(categories.length / perColumn);
  const width = used * (NODE_WIDTH + MARGIN) + MARGIN;
  return { id: 'notebooks', title, x, width, groups };
}

/** The lines of the way through the parts: from topic to topic, and from a part to the next. */
export function wayThrough(layout: ILayout): string[] {
  const topics = layout.nodes.filter(node => node.kind === 'topic');
  return topics.slice(1).map((to, index) => {
    const from = topics[index];
    const middle = from.x + NODE_WIDTH / 2;
    if (from.column === to.column) {
      return `M ${middle} ${from.y + from.height} V ${to.y}`;
    }
    const right = from.x + NODE_WIDTH;
    const gutter = right + MARGIN + GUTTER / 2;
    const start = from.y + from.height / 2;
    const end = to.y + to.height / 2;
    const turn = 12;
    const up = end < start ? -turn : turn;
    return Math.abs(end - start) < 2 * turn
      ? `M ${right} ${start} L ${to.x} ${end}`
      : `M ${right} ${start} H ${gutter - turn} q ${turn} 0 ${turn} ${up} ` +
          `V ${end - up} q 0 ${up} ${turn} ${up} H ${to.x}`;
  });
}

/** A line between what belongs together. */
export function lineBetween(a: IMapNode, b: IMapNode): string {
  const [left, right] = a.x <= b.x ? [a, b] : [b, a];
  const x1 = left.x + NODE_WIDTH;
  const y1 = left.y + left.height / 2;
  const y2 = right.y + right.height / 2;
  const bend = (right.x - x1) / 2;
  return `M ${x1} ${y1} C ${x1 + bend} ${y1} ${right.x - bend} ${y2} ${right.x} ${y2}`;
}

export type Direction = 'up' | 'down' | 'left' | 'right';

/** The node to which an arrow key leads. */
export function neighbor(
  layout: ILayout,
  from: IMapNode,
  direction: Direction
): IMapNode | undefined {
  const middle = (node: IMapNode): number => node.y + node.height / 2;
  const step = direction === 'up' || direction === 'left' ? -1 : 1;
  const column =
    direction === 'left' || direction === 'right'
      ? from.column + step
      : from.column;
  return layout.nodes
    .filter(
      node =>
        node.column === column &&
        (column !== from.column || (node.y - from.y) * step > 0)
    )
    .sort(
      (a, b) =>
        Math.abs(middle(a) - middle(from)) - Math.abs(middle(b) - middle(from))
    )[0];
}
