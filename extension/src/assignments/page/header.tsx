import * as React from 'react';

import { Api } from '../../api';
import { Activity } from '../activity';
import { AllButtons } from '../buttons';
import { Due } from '../due';
import { Status } from '../row';
import { IShared } from '../shared';
import { number } from '../status';
import { localTime } from '../times';
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
    <header>
      <p className="jp-llm-assignment-facts">
        <span>{course}</span>
        {id !== title && <span>{id}</span>}
        {points !== null && (
          <span>{trans._n('%1 point', '%1 points', Number(number(points)))}</span>
        )}
        {minutes !== null && (
          <span>{trans.__('about %1 min of work', minutes)}</span>
        )}
      </p>
      <h1>{title}</h1>
      <Status shared={shared} assignment={assignment} />
      <AllButtons shared={shared} assignment={assignment} />
      <Activity shared={shared} assignment={assignment} />
      {due !== null && (
        <p>
          {trans.__('Due %1', localTime(due))}
          {' ('}
          <Due trans={trans} assignment={assignment} now={shared.now()} />
          {'). '}
          {latePolicy(trans, assignment.late)}
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
    </header>
  );
}
