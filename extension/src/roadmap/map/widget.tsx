import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import { Message } from '@lumino/messaging';
import * as React from 'react';

import { IContext } from '../context';
import { MapModel } from './model';
import { MapView } from './view';

/** The map in the main area; while it is shown the courses are read. */
export class RoadmapMap extends ReactWidget {
  constructor(
    private readonly _context: IContext,
    readonly model: MapModel
  ) {
    super();
    this.addClass('jp-llm-roadmap-map');
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._watch(false);
      this.model.dispose();
    }
    super.dispose();
  }

  protected render(): React.JSX.Element {
    const { standing } = this._context;
    return (
      <UseSignal signal={standing.changed}>
        {() => (
          <UseSignal signal={this.model.changed}>
            {() => <MapView context={this._context} model={this.model} />}
          </UseSignal>
        )}
      </UseSignal>
    );
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this._watch(this.isVisible);
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._watch(true);
  }

  protected onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this._watch(false);
  }

  protected onBeforeDetach(msg: Message): void {
    this._watch(false);
    super.onBeforeDetach(msg);
  }

  private _watch(shown: boolean): void {
    if (shown === this._shown) {
      return;
    }
    this._shown = shown;
    const { courses, roadmap } = this._context.standing;
    courses.watch(shown);
    if (shown) {
      void roadmap.load();
    }
  }

  private _shown = false;
}
