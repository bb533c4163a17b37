import * as React from 'react';

import { ProgressBar } from '../../components/progressBar';
import { IContext } from '../context';
import { MapModel } from './model';

/** Above the map: progress of the course, and the map's size. */
export function MapBar(props: {
  context: IContext;
  model: MapModel;
  fit: () => void;
}): React.JSX.Element {
  const { context, fit, model } = props;
  const { standing, trans } = context;
  const { done, share, topics } = standing.course;
  return (
    <div className="jp-llm-map-bar">
      <h2>{trans.__('Roadmap')}</h2>
      <ProgressBar label={trans.__('The whole course')} share={share}>
        {trans.__('%1 of %2 topics done', done, topics)}
      </ProgressBar>
      <div
        className="jp-llm-buttons"
        role="group"
        aria-label={trans.__('Size of the map')}
      >
        <button
          className="jp-mod-styled"
          type="button"
          aria-label={trans.__('Smaller')}
          title={trans.__('Smaller (-)')}
          onClick={() => model.zoomOut()}
        >
          −
        </button>
        <span className="jp-llm-zoom" aria-live="polite">
          {trans.__('%1%%', Math.round(100 * (model.zoom ?? 1)))}
        </span>
        <button
          className="jp-mod-styled"
          type="button"
          aria-label={trans.__('Larger')}
          title={trans.__('Larger (+)')}
          onClick={() => model.zoomIn()}
        >
          +
        </button>
        <button
          className="jp-mod-styled"
          type="button"
          title={trans.__('Show all of the map (0)')}
          onClick={fit}
        >
          {trans.__('Fit')}
        </button>
      </div>
    </div>
  );
}
