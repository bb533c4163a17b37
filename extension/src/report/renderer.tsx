import { ICellModel } from '@jupyterlab/cells';
import { IRenderMime } from '@jupyterlab/rendermime';
import { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Message, MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { Api } from '../api';
import { cellOf, factsOf } from './facts';
import { parseReport, REPORT_MIME } from './parse';
import { Report } from './report';

const TEXT_MIME = 'text/plain';
const MAX_TEXT = 20_000;

/** Draws reports; ranked above plain text, which stands beside each. */
export function reportFactory(
  trans: TranslationBundle
): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [REPORT_MIME],
    defaultRank: 30,
    createRenderer: () => new ReportRenderer(trans)
  };
}

/** A report as an output; a malformed one as its plain text. */
export class ReportRenderer
  extends ReactWidget
  implements IRenderMime.IRenderer
{
  constructor(private readonly _trans: TranslationBundle) {
    super();
    this.addClass('jp-llm-report-output');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._report = parseReport(model.data[REPORT_MIME]);
    this._text = textOf(model.data[TEXT_MIME]);
    // Drawn now and not at the next update, so that there is a promise to wait for.
    MessageLoop.sendMessage(this, Widget.Msg.UpdateRequest);
    await this.renderPromise;
  }

  dispose(): void {
    this._watch(null);
    super.dispose();
  }

  protected render(): React.JSX.Element {
    if (this._report) {
      const cell = this._cell ? factsOf(this._cell) : undefined;
      return <Report report={this._report} cell={cell} trans={this._trans} />;
    }
    const malformed = this._trans.__('This report cannot be read.');
    return <pre className="jp-llm-report-text">{this._text || malformed}</pre>;
  }

  protected onAfterAttach(msg: Message): void {
    this._watch(cellOf(this)?.model ?? null);
    super.onAfterAttach(msg);
  }

  protected onBeforeDetach(msg: Message): void {
    this._watch(null);
    super.onBeforeDetach(msg);
  }

  private _watch(cell: ICellModel | null): void {
    this._cell?.metadataChanged.disconnect(this.update, this);
    this._cell = cell;
    this._cell?.metadataChanged.connect(this.update, this);
  }

  private _cell: ICellModel | null = null;
  private _report: Api.IQuestionReport | null = null;
  private _text = '';
}

/** Plain text of an output, which a notebook may keep as a list of lines. */
function textOf(data: unknown): string {
  const text = Array.isArray(data) ? data.join('') : data;
  return typeof text === 'string' ? text.slice(0, MAX_TEXT) : '';
}
