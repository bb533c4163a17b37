import {
  Context,
  DocumentWidget,
  TextModelFactory
} from '@jupyterlab/docregistry';
import { ContentsManager, ServiceManager } from '@jupyterlab/services';
import { Widget } from '@lumino/widgets';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { OpenDocuments } from '../../../extension/src/assignments/documents';
import { CannedServer, Refusal } from '../testing/server';
import { press } from './lab';

const PATH = 'llm101/quantization/helper.py';

function file(path: string, content: string): object {
  const time = '2026-03-01T12:00:00Z';
  return {
    name: path.split('/').pop(),
    path,
    type: 'file',
    format: 'text',
    mimetype: 'text/plain',
    writable: true,
    created: time,
    last_modified: time,
    content
  };
}

describe('OpenDocuments', () => {
  let server: CannedServer;
  let widgets: DocumentWidget[];
  let documents: OpenDocuments;

  beforeEach(() => {
    server = new CannedServer({});
    widgets = [];
    documents = new OpenDocuments({
      currentWidget: null,
      widgets: () => widgets.values()
    });
  });

  afterEach(() => {
    widgets.forEach(widget => widget.dispose());
  });

  async function open(path: string): Promise<DocumentWidget> {
    server.answers[`GET /api/contents/${path}`] = file(path, 'x = 1');
    // No refusal: an answer whose status is 201.
    server.answers[`POST /api/contents/${path}/checkpoints`] = new Refusal(
      201,
      { id: 'c', last_modified: '2026-03-01T12:00:00Z' } as never
    );
    server.answers[`GET /api/contents/${path}/checkpoints`] = [];
    const serverSettings = server.api.settings;
    const manager = {
      contents: new ContentsManager({ serverSettings }),
      ready: Promise.resolve(),
      isReady: true,
      serverSettings,
      kernelspecs: { ready: Promise.resolve() },
      sessions: {
        ready: Promise.resolve(),
        refreshRunning: () => Promise.resolve(),
        running: () => [].values()
      }
    } as unknown as ServiceManager.IManager;
    const context = new Context({
      manager,
      factory: new TextModelFactory(),
      path,
      kernelPreference: { shouldStart: false, canStart: false }
    });
    await context.initialize(false);
    const widget = new DocumentWidget({ content: new Widget(), context });
    widgets.push(widget);
    return widget;
  }

  // As an editor does.
  const type = (widget: DocumentWidget, text: string): void => {
    widget.context.model.fromString(text);
    widget.context.model.dirty = true;
  };

  it('saves what is not saved, once, though it is shown twice', async () => {
    const widget = await open(PATH);
    type(widget, 'x = 2');
    widgets.push(
      new DocumentWidget({ content: new Widget(), context: widget.context })
    );
    const put = `PUT /api/contents/${PATH}`;
    server.answers[put] = file(PATH, 'x = 2');
    expect(await documents.save('llm101/quantization')).toEqual([]);
    expect(server.requests.filter(request => request === put)).toHaveLength(1);
    expect(widget.context.model.dirty).toBe(false);
  });

  it('leaves other folders and what is saved alone', async () => {
    type(await open('llm101/quantization-2/helper.py'), 'y = 1');
    await open(PATH);
    server.requests.length = 0;
    expect(await documents.save('llm101/quantization')).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it('names what could not be saved', async () => {
    const widget = await open(PATH);
    type(widget, 'x = 2');
    server.answers[`PUT /api/contents/${PATH}`] = new Refusal(500, {
      message: 'The disk is full.'
    });
    const failed = documents.save('llm101/quantization');
    // The Lab’s own words on it.
    await press('Close');
    expect(await failed).toEqual([PATH]);
    expect(widget.context.model.dirty).toBe(true);
  });

  it('reads a restored file anew, and keeps what is not saved', async () => {
    const widget = await open(PATH);
    server.answers[`GET /api/contents/${PATH}`] = file(PATH, 'x = 0');
    await documents.revert(PATH);
    expect(widget.context.model.toString()).toBe('x = 0');

    type(widget, 'x = 3');
    await documents.revert('llm101/quantization');
    expect(widget.context.model.toString()).toBe('x = 3');
  });

  it('knows whether anything of a folder is open', async () => {
    expect(documents.isOpen('llm101/quantization')).toBe(false);
    await open(PATH);
    expect(documents.isOpen('llm101/quantization')).toBe(true);
    expect(documents.isOpen('llm101/quant')).toBe(false);
  });
});
