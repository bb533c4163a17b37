import * as React from 'react';

import { OpensOutside } from '../components/externalLink';
import { Empty, Loading } from '../components/state';
import { IContext } from './context';
import { stepWords } from './words';

/** What to do next, why, and a button that does it. */
export function NextStep(props: { context: IContext }): React.JSX.Element {
  const { actions, standing, trans } = props.context;
  const step = standing.next;
  if (step === undefined) {
    return <Loading trans={trans} />;
  }
  if (step === null) {
    return (
      <Empty>
        {trans.__(
          'All is done: everything is read, and every assignment has at least half of its points.'
        )}
      </Empty>
    );
  }
  const words = stepWords(step, standing.now, trans);
  const topic = step.topic ? standing.findTopic(step.topic) : undefined;
  // Two courses may have assignments of one name.
  const several = (standing.courses.courses?.courses.length ?? 0) > 1;
  const where = [
    several && 'assignment' in step ? step.assignment.course : '',
    topic?.title ?? ''
  ].filter(Boolean);
  return (
    <div className="jp-llm-next">
      <h4>{words.title}</h4>
      <p>
        {where.length > 0 && <b>{where.join(' · ')}: </b>}
        {words.reason}
      </p>
      {step.kind === 'read' && step.resource.note && (
        <p>{step.resource.note}</p>
      )}
      <div className="jp-llm-buttons">
        {words.action && (
          <button
            className="jp-mod-styled jp-mod-accept"
            type="button"
            onClick={() => actions.take(step)}
          >
            {words.action}
            {step.kind === 'read' && <OpensOutside trans={trans} />}
          </button>
        )}
        {step.kind === 'read' && (
          <button
            className="jp-mod-styled"
            type="button"
            onClick={() =>
              void standing.roadmap.markRead(step.resource.id, true)
            }
          >
            {trans.__('Mark as read')}
          </button>
        )}
        <button
          className="jp-mod-styled"
          type="button"
          onClick={() => actions.openMap({ topic: step.topic ?? undefined })}
        >
          {trans.__('Show in the map')}
        </button>
      </div>
    </div>
  );
}
