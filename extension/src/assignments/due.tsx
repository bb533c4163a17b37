import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Api } from '../api';
import { localTime, timeLeft } from './times';

/** When an assignment is due, as seen now; the exact time is told too. */
export function Due(props: {
  trans: TranslationBundle;
  assignment: Api.IAssignment;
  now: Date;
}): React.JSX.Element | null {
  const { trans, assignment, now } = props;
  const { due, submitted } = assignment;
  if (due === null) {
    return null;
  }
  const { text, urgency } = timeLeft(trans, due, submitted, now);
  return (
    <time
      className={`jp-llm-assignment-due jp-mod-${urgency}`}
      dateTime={due}
      title={localTime(due)}
    >
      {text}
    </time>
  );
}
