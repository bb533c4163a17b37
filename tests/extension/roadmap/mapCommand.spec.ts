import {
  JupyterFrontEnd,
  LabShell,
  LayoutRestorer
} from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import { StateDB } from '@jupyterlab/statedb';
import { Widget } from '@lumino/widgets';
import { afterEach, describe, expect, it } from 'vitest';

import { CommandIDs } from '../../../extension/src/commands';
import { RoadmapMap } from '../../../extension/src/roadmap/map/widget';
import { addMapCommand } from '../../../extension/src/roadmap/mapCommand';
import { loadedLab } from './lab';

type MapWidget = MainAreaWidget<RoadmapMap>;

const shells: LabShell[] = [];

afterEach(() => {
  for (const shell of shells.splice(0)) {
    shell.dispose();
  }
});

/** A Lab of which only the map's command is there, and what it remembers. */
async function start(state: StateDB): Promise<{
  open: (args?: Record<string, string | number>) => Promise<MapWidget>;
  maps: () => MapWidget[];
}> {
  const { commands, context } = await loadedLab();
  const shell = new LabShell();
  shells.push(shell);
  Widget.attach(shell, document.body);
  const restorer = new LayoutRestorer({
    connector: state,
    first: Promise.resolve(),
    registry: commands
  });
  const app = { commands, shell } as unknown as JupyterFrontEnd;
  addMapCommand(app, context, shell, restorer, null);
  await shell.restoreLayout('multiple-document', restorer);
  return {
    open: args => commands.execute(CommandIDs.openMap, args),
    maps: () => [...shell.widgets('main')] as MapWidget[]
  };
}

describe('the command that opens the map', () => {
  it('opens one, and selects in it', async () => {
    const { maps, open } = await start(new StateDB());
    const map = await open();
    expect(map.content.model.selected).toBeNull();
    expect(await open({ topic: 's2' })).toBe(map);
    expect(map.content.model.selected).toEqual({ kind: 'topic', id: 's2' });
    await open({ notebook: 'n1' });
    expect(map.content.model.selected).toEqual({ kind: 'notebook', id: 'n1' });
    await open();
    expect(map.content.model.selected).toEqual({ kind: 'notebook', id: 'n1' });
    expect(maps()).toEqual([map]);
  });

  it('opens another when that one was closed', async () => {
    const { maps, open } = await start(new StateDB());
    const map = await open({ topic: 's2' });
    map.dispose();
    const next = await open();
    expect(next.content.model.selected).toBeNull();
    expect(maps()).toEqual([next]);
  });

  it('brings it back as it was', async () => {
    const state = new StateDB();
    const before = await start(state);
    const map = await before.open({ topic: 's2' });
    map.content.model.zoom = 1.5;
    await new Promise(resolve => setTimeout(resolve, 20));

    const after = await start(state);
    expect(after.maps()).toHaveLength(1);
    const { model } = after.maps()[0].content;
    expect(model.selected).toEqual({ kind: 'topic', id: 's2' });
    expect(model.zoom).toBe(1.5);
  });
});
