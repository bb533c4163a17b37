import * as React from 'react';

import { Api } from '../api';
import { CommandIDs } from '../commands';
import { pointsText } from '../words/points';
import { Activity } from './activity';
import { NextButtons } from './buttons';
import { Due } from './due';
import { IShared } from './shared';
import { statusOf } from './status';

/** An assignment in the side panel. */
export function Row(props: {
  shared: IShared;
  assignment: Api.IAssignment;
}): React.JSX.Element {
  const { shared, assignment } = props;
  const { classroom, commands } = shared;
  const { trans } = classroom;
  const { course, id, points, score, title } = assignment;
  return (
    <li className="jp-llm-assignment">
      <button
        type="button"
        className="jp-llm-assignment-title"
        title={trans.__('Details')}
        onClick={() =>
          void commands.execute(CommandIDs.openAssignment, {
            course,
            assignment: id
          })
        }
      >
        {title}
      </button>
      <p className="jp-llm-assignment-facts">
        <Due shared={shared} assignment={assignment} />
        {points !== null && score === null && (
          <span>{pointsText(trans, points)}</span>
        )}
        <Status shared={shared} assignment={assignment} />
      </p>
      <NextButtons shared={shared} assignment={assignment} />
      <Activity shared={shared} assignment={assignment} />
    </li>
  );
}

/** Where the student stands, in words. */
export function Status(props: {
  shared: IShared;
  assignment: Api.IAssignment;
}): React.JSX.Element {
  const { trans } = props.shared.classroom;
  return (
    <>
      {statusOf(trans, props.assignment).map(({ text, tone }) => (
        <span key={text} className={`jp-llm-assignment-status jp-mod-${tone}`}>
          {text}
        </span>
      ))}
    </>
  );
}
