import * as React from 'react';

import { Api } from '../api';
import { IContext } from './context';
import { assignmentWords } from './words';

/** The assignments of a topic, each with where it stands. */
export function Assignments(props: {
  context: IContext;
  assignments: readonly Api.IAssignment[];
}): React.JSX.Element {
  const { assignments, context } = props;
  const { actions, standing, trans } = context;
  const courses = standing.courses.courses?.courses.length ?? 0;
  return (
    <ul className="jp-llm-topic-assignments">
      {assignments.map(assignment => (
        <li key={`${assignment.course}/${assignment.id}`}>
          <button
            className="jp-llm-link"
            type="button"
            onClick={() => actions.openAssignment(assignment)}
          >
            {assignment.title}
          </button>
          <div className="jp-llm-about">
            {courses > 1 && `${assignment.course} · `}
            {assignmentWords(assignment, standing.now, trans)}
          </div>
        </li>
      ))}
    </ul>
  );
}
