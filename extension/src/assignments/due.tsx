import * as React from 'react';

import { Api } from '../api';
import { localTime, timeLeft } from '../words/times';
import { IShared } from './shared';

/** When an assignment is due, as seen now; the exact time is told too. */
export function Due(props: {
  shared: IShared;
  assignment: Api.IAssignment;
}): React.JSX.Element | null {
  const { classroom, now } = props.shared;
  const { courses, trans } = classroom;
  const { due, submitted } = props.assignment;
  if (due === null) {
    return null;
  }
  // An exchange that cannot be read does not tell what was submitted.
  const isSure = !courses.courses?.problem;
  const { text, urgency } = timeLeft(trans, due, submitted, now(), isSure);
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
