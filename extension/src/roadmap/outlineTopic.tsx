import * as React from 'react';

import { Api } from '../api';
import { ProgressBar } from '../components/progressBar';
import { Assignments } from './assignments';
import { Badge } from './badge';
import { IContext } from './context';
import { percent } from './progress';
import { Resources } from './resources';
import { stateOf } from './states';

/** A topic in the outline: what is to be done in it. */
export function OutlineTopic(props: {
  context: IContext;
  topic: Api.ITopic;
}): React.JSX.Element {
  const { context, topic } = props;
  const { actions, standing, trans } = context;
  const { assignments, share } = standing.topic(topic);
  const [open, setOpen] = React.useState(false);
  return (
    <details
      className="jp-llm-topic"
      open={open}
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>
        <span className="jp-llm-title">{topic.title}</span>
        <span className="jp-llm-topic-state">
          <Badge state={stateOf(standing, topic)} share={share} trans={trans} />
          <ProgressBar
            label={trans.__('%1, %2%%', topic.title, percent(share))}
            share={share}
          />
        </span>
      </summary>
      {open && (
        <div className="jp-llm-topic-contents">
          <button
            className="jp-llm-link"
            type="button"
            onClick={() => actions.openMap({ topic: topic.id })}
          >
            {trans.__('What it is about, in the map')}
          </button>
          {assignments.length > 0 && (
            <Assignments context={context} assignments={assignments} />
          )}
          <Resources context={context} topic={topic} />
        </div>
      )}
    </details>
  );
}
