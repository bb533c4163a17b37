import { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Api } from '../api';
import { BusyButton } from '../components/busyButton';
import { scoreText } from '../words/points';
import { localTime } from '../words/times';
import { FeedbackModel } from './model';

/** The submissions of an assignment, one of them chosen. */
export function Picker(props: {
  model: FeedbackModel;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { model, trans } = props;
  const history = model.detail?.history ?? [];
  const id = React.useId();
  return (
    <div className="jp-llm-feedback-picker">
      {history.length > 0 && (
        <>
          <label htmlFor={id}>{trans.__('Submission')}</label>
          <HTMLSelect
            id={id}
            value={model.submission}
            onChange={event => void model.select(event.target.value)}
          >
            {history.map(entry => (
              <option key={entry.id} value={entry.id}>
                {label(entry, trans)}
              </option>
            ))}
          </HTMLSelect>
        </>
      )}
      <BusyButton
        isBusy={model.job !== null}
        onClick={() => void model.fetch()}
      >
        {trans.__('Look for new feedback')}
      </BusyButton>
    </div>
  );
}

function label(entry: Api.ISubmission, trans: TranslationBundle): string {
  const time = entry.submitted ? localTime(entry.submitted) : entry.id;
  if (entry.feedback === 'none') {
    return trans.__('%1: no feedback yet', time);
  }
  if (entry.feedback === 'ready') {
    return trans.__('%1: feedback to be fetched', time);
  }
  return entry.score === null
    ? time
    : `${time}: ${scoreText(trans, entry.score, entry.max_score)}`;
}
