import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Api } from '../../../extension/src/api';
import {
  IMapNode,
  layOut,
  neighbor,
  NODE_WIDTH,
  wayThrough
} from '../../../extension/src/roadmap/map/layout';
import { MapModel } from '../../../extension/src/roadmap/map/model';
import { notebook, roadmap, topic } from './course';

/** As many of everything as the real roadmap has. */
function large(): Api.IRoadmap {
  const part = (id: string, topics: number): Api.IPart => ({
    id,
    title: id,
    topics: Array.from({ length: topics }, (_, n) => topic(`${id}-${n + 1}`, 5))
  });
  const sizes = { Tools: 6, 'Fine-tuning': 6, Quantization: 4, Other: 5 };
  return roadmap({
    parts: [part('fundamentals', 4), part('scientist', 8), part('engineer', 7)],
    notebooks: Object.entries(sizes).flatMap(([category, count]) =>
      Array.from({ length: count }, (_, n) =>
        notebook(`${category}-${n}`, { category })
      )
    )
  });
}

const LAYOUT = layOut(large(), 'Notebooks');

describe('the layout of the map', () => {
  it('has a lane for each part and one for the notebooks', () => {
    expect(LAYOUT.lanes.map(lane => lane.title)).toEqual([
      'fundamentals',
      'scientist',
      'engineer',
      'Notebooks'
    ]);
    expect(LAYOUT.nodes).toHaveLength(19 + 21);
    expect(LAYOUT.lanes[3].groups.map(group => group.title)).toEqual([
      'Tools',
      'Fine-tuning',
      'Quantization',
      'Other'
    ]);
  });

  it('lets nothing overlap, and nothing stand outside', () => {
    for (const a of LAYOUT.nodes) {
      expect(a.x + NODE_WIDTH).toBeLessThanOrEqual(LAYOUT.width);
      expect(a.y + a.height).toBeLessThanOrEqual(LAYOUT.height);
      for (const b of LAYOUT.nodes) {
        expect(a === b || !overlap(a, b)).toBe(true);
      }
    }
  });

  it('keeps each node inside its lane', () => {
    for (const lane of LAYOUT.lanes) {
      for (const node of lane.groups.flatMap(group => group.nodes)) {
        expect(node.x).toBeGreaterThanOrEqual(lane.x);
        expect(node.x + NODE_WIDTH).toBeLessThanOrEqual(lane.x + lane.width);
      }
    }
  });

  it('draws the way from each topic to the next', () => {
    expect(wayThrough(LAYOUT)).toHaveLength(18);
    expect(wayThrough(LAYOUT).join()).not.toMatch(/NaN|undefined/);
  });

  it('stands an empty roadmap', () => {
    const empty = layOut(roadmap({ parts: [], notebooks: [] }), 'Notebooks');
    expect(empty.nodes).toEqual([]);
    expect(wayThrough(empty)).toEqual([]);
  });
});

describe('an arrow key', () => {
  const node = (id: string): IMapNode => LAYOUT.nodes.find(n => n.id === id)!;

  it('leads along a lane', () => {
    const from = node('scientist-2');
    expect(neighbor(LAYOUT, from, 'down')?.id).toBe('scientist-3');
    expect(neighbor(LAYOUT, from, 'up')?.id).toBe('scientist-1');
    expect(neighbor(LAYOUT, node('scientist-1'), 'up')).toBeUndefined();
  });

  it('leads across to what is nearest', () => {
    const from = node('scientist-8');
    expect(neighbor(LAYOUT, from, 'left')?.id).toBe('fundamentals-4');
    expect(neighbor(LAYOUT, from, 'right')?.id).toBe('engineer-7');
    expect(neighbor(LAYOUT, node('fundamentals-1'), 'left')).toBeUndefined();
  });

  it('reaches every node from the first', () => {
    const reached = new Set([LAYOUT.nodes[0]]);
    for (const from of reached) {
      for (const direction of ['up', 'down', 'left', 'right'] as const) {
        const to = neighbor(LAYOUT, from, direction);
        if (to) {
          reached.add(to);
        }
      }
    }
    expect(reached.size).toBe(LAYOUT.nodes.length);
  });
});

describe('the size of the map', () => {
  const board = { width: 1000, height: 2000 };
  let model: MapModel;

  beforeEach(() => {
    model = new MapModel();
  });

  afterEach(() => model.dispose());

  it('fits into what there is', () => {
    model.fit(board, { width: 800, height: 1000 });
    expect(model.zoom).toBe(0.5);
  });

  it('begins legible, and only once', () => {
    model.begin(board, { width: 300, height: 300 });
    expect(model.zoom).toBe(0.8);
    model.begin(board, { width: 1000, height: 300 });
    expect(model.zoom).toBe(0.8);
  });

  it('stays within bounds, whatever is asked for', () => {
    for (let i = 0; i < 50; i++) {
      model.zoomIn();
    }
    expect(model.zoom).toBe(2.5);
    for (let i = 0; i < 50; i++) {
      model.zoomOut();
    }
    expect(model.zoom).toBe(0.3);
    model.zoom = NaN;
    expect(model.zoom).toBeNull();
  });

  it('is left alone where nothing is shown', () => {
    model.fit(board, { width: 0, height: 0 });
    model.begin(board, { width: 0, height: 0 });
    expect(model.zoom).toBeNull();
  });
});

function overlap(a: IMapNode, b: IMapNode): boolean {
  return (
    Math.abs(a.x - b.x) < NODE_WIDTH &&
    a.y < b.y + b.height &&
    b.y < a.y + a.height
  );
}
