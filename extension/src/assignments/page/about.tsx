import * as React from 'react';

import { Api } from '../../api';
import { CommandIDs } from '../../commands';
import { IShared } from '../shared';

interface IProps {
  shared: IShared;
  assignment: Api.IAssignment;
}

interface ILinked {
  id: string;
  title: string;
  command: string;
  args: Record<string, string>;
}

/** What it is about, and what comes before it. */
export function About({ shared, assignment }: IProps): React.JSX.Element {
  const { trans } = shared.classroom;
  const { prerequisites, summary } = assignment;
  return (
    <>
      {summary && <p className="jp-llm-assignment-summary">{summary}</p>}
      <Links
        shared={shared}
        title={trans.__('Topics')}
        links={topicsOf(shared, assignment)}
      />
      <Links
        shared={shared}
        title={trans.__('Better done before')}
        links={prerequisites.map(id => before(shared, assignment, id))}
      />
    </>
  );
}

function Links(props: {
  shared: IShared;
  title: string;
  links: ILinked[];
}): React.JSX.Element | null {
  const { shared, title, links } = props;
  if (links.length === 0) {
    return null;
  }
  return (
    <div className="jp-llm-assignment-links">
      <span>{title}:</span>
      <ul aria-label={title}>
        {links.map(link => (
          <li key={link.id}>
            <button
              type="button"
              className="jp-llm-link"
              onClick={() =>
                void shared.commands.execute(link.command, link.args)
              }
            >
              {link.title}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function topicsOf({ classroom }: IShared, a: Api.IAssignment): ILinked[] {
  const parts = classroom.roadmap.roadmap?.parts ?? [];
  const topics = parts.flatMap(part => part.topics);
  return a.topics.map(id => ({
    id,
    title: topics.find(topic => topic.id === id)?.title ?? id,
    command: CommandIDs.openMap,
    args: { topic: id }
  }));
}

function before(
  { classroom }: IShared,
  { course }: Api.IAssignment,
  id: string
): ILinked {
  return {
    id,
    title: classroom.courses.find(course, id)?.title ?? id,
    command: CommandIDs.openAssignment,
    args: { course, assignment: id }
  };
}
