import * as React from 'react';

import { Api } from '../api';
import { ProgressBar } from '../components/progressBar';
import { IContext } from './context';
import { OutlineTopic } from './outlineTopic';

/** The whole roadmap, to unfold. */
export function Outline(props: { context: IContext }): React.JSX.Element {
  const { context } = props;
  const { actions, standing, trans } = context;
  const { roadmap } = standing.record!;
  const { course } = standing;
  return (
    <div className="jp-llm-outline">
      <div className="jp-llm-course">
        <ProgressBar label={trans.__('The whole course')} share={course.share}>
          {trans.__('%1 of %2 topics', course.done, course.topics)}
        </ProgressBar>
        <button
          className="jp-mod-styled"
          type="button"
          onClick={() => actions.openMap({})}
        >
          {trans.__('Open the map')}
        </button>
      </div>
      {roadmap.parts.map(part => (
        <Part key={part.id} context={context} part={part} />
      ))}
      <details className="jp-llm-help">
        <summary>{trans.__('How progress is counted')}</summary>
        <p>
          {trans.__(
            'A resource counts when you mark it as read. An assignment counts as much as three resources, by its share of points, once it is graded and you have fetched the feedback. A topic is done when everything in it is read and each assignment has at least half of its points. Nothing is locked.'
          )}
        </p>
      </details>
    </div>
  );
}

function Part(props: {
  context: IContext;
  part: Api.IPart;
}): React.JSX.Element {
  const { context, part } = props;
  const { standing, trans } = context;
  const { done, share, topics } = standing.part(part);
  const here = part.topics.some(topic => topic.id === standing.nextTopic);
  // The part of the next step is unfolded until the student says otherwise.
  const [chosen, setChosen] = React.useState<boolean | null>(null);
  const open = chosen ?? here;
  return (
    <details
      className="jp-llm-part"
      open={open}
      onToggle={event => setChosen(event.currentTarget.open)}
    >
      <summary>
        <span className="jp-llm-title">{part.title}</span>
        <ProgressBar label={part.title} share={share}>
          {trans.__('%1 of %2', done, topics)}
        </ProgressBar>
      </summary>
      {open &&
        part.topics.map(topic => (
          <OutlineTopic key={topic.id} context={context} topic={topic} />
        ))}
    </details>
  );
}
