import * as React from 'react';

import { Api } from '../../api';
import { pointsText } from '../../words/points';
import { localTime } from '../../words/times';
import { Activity } from '../activity';
import { AllButtons } from '../buttons';
import { Due } from '../due';
import { Status } from '../row';
import { IShared } from '../shared';
import { latePolicy } from '../words';

/** Title, where the student stands, what can be done, and by when. */
export function Header(props: {
  shared: IShared;
  assignment: Api.IAssignment;
}): React.JSX.Element {
  const { shared, assignment } = props;
  const { trans } = shared.classroom;
  const { course, due, id, minutes, points, title } = assignment;
  return (
    <div className="jp-llm-assignment-head">
      <p className="jp-llm-assignment-facts">
        <span>{course}</span>
        {id !== title && <span>{id}</span>}
        {points !== null && <span>{pointsText(trans, points)}</span>}
        {minutes !== null && (
          <span>
            {trans._n(
              'about %1 minute of work',
              'about %1 minutes of work',
              minutes
            )}
          </span>
        )}
      </p>
      <h1>{title}</h1>
      <p className="jp-llm-assignment-facts">
        <Status shared={shared} assignment={assignment} />
      </p>
      <AllButtons shared={shared} assignment={assignment} />
      <Activity shared={shared} assignment={assignment} />
      {due !== null && (
        <p className="jp-llm-assignment-facts">
          <span>{trans.__('Due %1', localTime(due))}</span>
          <Due shared={shared} assignment={assignment} />
          <span>{latePolicy(trans, assignment.late)}</span>
        </p>
      )}
      {due === null && assignment.described && (
        <p>{trans.__('There is no due date.')}</p>
      )}
      {!assignment.described && (
        <p>
          {trans.__(
            'The release says nothing about itself, so points and due date are not known here: ask your instructor.'
          )}
        </p>
      )}
    </div>
  );
}
