import { Dialog } from '@jupyterlab/apputils';
import { describe, expect, it } from 'vitest';

import { CommandIDs } from '../../../extension/src/commands';
import {
  addProgressCommands,
  importText
} from '../../../extension/src/roadmap/commands';
import {
  compareProgress,
  parseProgress
} from '../../../extension/src/roadmap/files';
import { Refusal } from '../testing/server';
import { inDays, roadmap } from './course';
import { ILab, loadedLab } from './lab';

const FILE = JSON.stringify({ schema: 1, read: { 'b1.r2': inDays(-1) } });

async function answer(label: string): Promise<string> {
  for (;;) {
    await new Promise(resolve => setTimeout(resolve, 5));
    const dialog = document.querySelector('.jp-Dialog');
    const buttons = dialog?.querySelectorAll('button') ?? [];
    const button = [...buttons].find(each => each.textContent === label);
    if (dialog && button) {
      const text = dialog.querySelector('.jp-Dialog-body')?.textContent ?? '';
      button.click();
      return text;
    }
  }
}

function read({ context }: ILab): string[] {
  return Object.keys(context.standing.roadmap.progress!.read);
}

describe('a file', () => {
  it('is progress only in the shape of an export', () => {
    for (const text of [
      '',
      'no JSON',
      '[]',
      'null',
      '{"schema": 2, "read": {}}',
      '{"schema": 1, "read": []}',
      '{"schema": 1, "read": {"a": 1}}'
    ]) {
      expect(parseProgress(text)).toBeNull();
    }
    expect(parseProgress(FILE)).toEqual(JSON.parse(FILE));
  });

  it('is compared with what is marked now', () => {
    const now = { schema: 1 as const, read: { 'b1.r1': '', 'b1.r2': '' } };
    const then = { schema: 1 as const, read: { 'b1.r2': '', other: '' } };
    expect(compareProgress(now, then, roadmap())).toEqual({
      added: 1,
      removed: 1,
      unknown: 1
    });
  });
});

describe('an import', () => {
  it('says what will change, and replaces when it may', async () => {
    const lab = await loadedLab([], {
      'PUT /progress': (body: unknown) => body
    });
    const { standing, trans } = lab.context;
    await standing.roadmap.markRead('b1.r1', true);
    const done = importText(FILE, standing.roadmap, trans);
    expect(await answer('Replace')).toContain(
      '1 will be added, 1 will be removed'
    );
    await done;
    expect(read(lab)).toEqual(['b1.r2']);
  });

  it('changes nothing when it may not', async () => {
    const lab = await loadedLab();
    const { standing, trans } = lab.context;
    await standing.roadmap.markRead('b1.r1', true);
    const done = importText(FILE, standing.roadmap, trans);
    await answer('Cancel');
    await done;
    expect(read(lab)).toEqual(['b1.r1']);
    expect(lab.server.requests).not.toContain('PUT /progress');
  });

  it('refuses a file that is none of ours', async () => {
    const lab = await loadedLab();
    const { standing, trans } = lab.context;
    const done = importText('{}', standing.roadmap, trans);
    expect(await answer('Close')).toContain('is no progress of LLM Classroom');
    await done;
  });

  it('tells what the server has against it', async () => {
    const lab = await loadedLab([], {
      'PUT /progress': new Refusal(400, { message: 'Not with me.' })
    });
    const { standing, trans } = lab.context;
    const done = importText(FILE, standing.roadmap, trans);
    await answer('Replace');
    expect(await answer('Close')).toContain('Not with me.');
    await done;
    expect(Dialog.tracker.size).toBe(0);
  });
});

describe('an export', () => {
  it('hands the browser what the server has', async () => {
    const { commands, context, server } = await loadedLab();
    const { standing, trans } = context;
    addProgressCommands(commands, server.api, standing.roadmap, trans);
    await standing.roadmap.markRead('b1.r1', true);
    const blobs: Blob[] = [];
    const links: HTMLAnchorElement[] = [];
    const click = HTMLAnchorElement.prototype.click;
    URL.createObjectURL = blob => `blob:${blobs.push(blob as Blob)}`;
    URL.revokeObjectURL = () => undefined;
    HTMLAnchorElement.prototype.click = function () {
      links.push(this);
    };
    try {
      await commands.execute(CommandIDs.exportProgress);
    } finally {
      HTMLAnchorElement.prototype.click = click;
    }
    expect(links[0].download).toBe('llm-classroom-progress.json');
    const text = await new Promise(resolve => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.readAsText(blobs[0]);
    });
    expect(parseProgress(String(text))).toEqual({
      schema: 1,
      read: { 'b1.r1': inDays(0) }
    });
  });
});
