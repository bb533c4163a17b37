import { UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ShownWidget } from '../../components/shownWidget';
import { IContext } from '../context';
import { MapModel } from './model';
import { MapView } from './view';

/** The map in the main area; while it is shown the courses are read. */
export class RoadmapMap extends ShownWidget {
  constructor(
    private readonly _context: IContext,
    readonly model: MapModel
  ) {
    super();
    this.addClass('jp-llm-roadmap-map');
  }

  dispose(): void {
    if (!this.isDisposed) {
      super.dispose();
      this.model.dispose();
    }
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

  protected onShown(shown: boolean): void {
    const { courses, roadmap } = this._context.standing;
    courses.watch(shown);
    if (shown) {
      void roadmap.load();
    }
  }
}
