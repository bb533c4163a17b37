import { UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Api, NOT_CONNECTED } from '../api';
import { Empty, Loading } from '../components/state';
import { FilterModel } from './filter';
import { Row } from './row';
import { IShared } from './shared';
import { arranged, Filter } from './status';

interface IProps {
  shared: IShared;
  filter: FilterModel;
}

/** Every assignment, course by course. */
export function AssignmentList(props: IProps): React.JSX.Element {
  const { shared, filter } = props;
  return (
    <UseSignal signal={shared.classroom.courses.changed}>
      {() => (
        <UseSignal signal={shared.actions.changed}>
          {() => (
            <UseSignal signal={filter.changed}>
              {() => <Content {...props} />}
            </UseSignal>
          )}
        </UseSignal>
      )}
    </UseSignal>
  );
}

function Content({ shared, filter }: IProps): React.JSX.Element {
  const { courses, trans } = shared.classroom;
  const found = courses.courses;
  if (found === null) {
    // Why it failed stands at the top of the panel.
    return courses.error ? (
      <Empty>{trans.__('The courses could not be read.')}</Empty>
    ) : (
      <Loading trans={trans} />
    );
  }
  if (found.courses.length === 0) {
    return <NoCourse shared={shared} problem={found.problem} />;
  }
  return (
    <>
      <FilterButtons shared={shared} filter={filter} />
      {found.courses.map(course => (
        <Course
          key={course.id}
          shared={shared}
          course={course}
          filter={filter.filter}
        />
      ))}
    </>
  );
}

function NoCourse(props: {
  shared: IShared;
  problem: Api.IProblem | null;
}): React.JSX.Element {
  const { trans } = props.shared.classroom;
  const isMissing = props.problem !== null;
  if (props.problem?.code === NOT_CONNECTED) {
    return (
      <>
        <Empty>
          {trans.__(
            'No course is connected to this JupyterLab yet. The roadmap works without one. In a class, ask your instructor.'
          )}
        </Empty>
        <Empty>
          {trans.__(
            'If you run this server, name the folder of the course’s exchange in nbgrader_config.py: c.Exchange.root = "/path/to/exchange". To try a demo course, run “make lab” in a checkout of LLM Classroom.'
          )}
        </Empty>
      </>
    );
  }
  return (
    <>
      <Empty>
        {isMissing
          ? trans.__(
              'Assignments come through the course’s exchange, a folder that this server cannot read now. What you have fetched is still in your files.'
            )
          : trans.__('No course offers you assignments on this server yet.')}
      </Empty>
      <Empty>
        {isMissing
          ? trans.__(
              'Ask your instructor where the exchange is (nbgrader’s Exchange.root), and whether your account may read it.'
            )
          : trans.__(
              'Ask your instructor whether an assignment has been released, what the course is called (nbgrader’s CourseDirectory.course_id), and whether your account belongs to it.'
            )}
      </Empty>
    </>
  );
}

function FilterButtons({ shared, filter }: IProps): React.JSX.Element {
  const { trans } = shared.classroom;
  const choices: [Filter, string][] = [
    ['all', trans.__('All')],
    ['todo', trans.__('To do')],
    ['done', trans.__('Done')]
  ];
  return (
    <div
      role="group"
      aria-label={trans.__('Which assignments to show')}
      className="jp-llm-assignment-filter"
    >
      {choices.map(([choice, text]) => (
        <button
          key={choice}
          type="button"
          aria-pressed={filter.filter === choice}
          onClick={() => void filter.choose(choice)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

function Course(props: {
  shared: IShared;
  course: Api.ICourse;
  filter: Filter;
}): React.JSX.Element {
  const { shared, course, filter } = props;
  const { trans } = shared.classroom;
  const shown = arranged(course.assignments, filter);
  const empty: Record<Filter, string> = {
    all: trans.__('This course has not released anything yet.'),
    todo: trans.__('Nothing to do here now.'),
    done: trans.__('Nothing is done here yet.')
  };
  const reason = course.assignments.length > 0 ? filter : 'all';
  return (
    <section>
      <h4>{course.id}</h4>
      {shown.length === 0 && <Empty>{empty[reason]}</Empty>}
      <ul>
        {shown.map(assignment => (
          <Row key={assignment.id} shared={shared} assignment={assignment} />
        ))}
      </ul>
    </section>
  );
}
