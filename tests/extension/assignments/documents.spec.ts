import { DocumentWidget } from '@jupyterlab/docregistry';
import { Widget } from '@lumino/widgets';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { OpenDocuments } from '../../../extension/src/assignments/documents';
import { CannedServer, Refusal } from '../testing/server';
import { file, openDocument, press, type } from './lab';

const PATH = 'llm101/quantization/helper.py';

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
    const widget = await openDocument(server, path);
    widgets.push(widget);
    return widget;
  }

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
