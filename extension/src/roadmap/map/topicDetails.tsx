import * as React from 'react';

import { Api } from '../../api';
import { Markdown } from '../../components/markdown';
import { ProgressBar } from '../../components/progressBar';
import { Assignments } from '../assignments';
import { Badge } from '../badge';
import { IContext } from '../context';
import { ISelection } from './layout';
import { Related } from './related';
import { Links, Resources } from '../resources';
import { stateOf } from '../states';

/** All of a topic: what it is, its steps, what to read and to do. */
export function TopicDetails(props: {
  context: IContext;
  topic: Api.ITopic;
  onSelect: (selection: ISelection) => void;
}): React.JSX.Element {
  const { context, onSelect, topic } = props;
  const { rendermime, standing, trans } = context;
  const { assignments, read, resources, share } = standing.topic(topic);
  const notebooks = standing.relations.notebooksOf(topic.id);
  return (
    <>
      <p className="jp-llm-about">{standing.partOf(topic.id)?.title}</p>
      <p className="jp-llm-topic-state">
        <Badge state={stateOf(standing, topic)} share={share} trans={trans} />
        <ProgressBar label={trans.__('Progress')} share={share} />
      </p>
      <Markdown rendermime={rendermime} text={topic.about} />
      {assignments.length > 0 && (
        <>
          <h4>{trans.__('Assignments')}</h4>
          <Assignments context={context} assignments={assignments} />
        </>
      )}
      <h4>{trans.__('Steps')}</h4>
      {topic.subtopics.map(subtopic => (
        <React.Fragment key={subtopic.name}>
          <h5>{subtopic.name}</h5>
          <Markdown rendermime={rendermime} text={subtopic.about} />
          <Links trans={trans} links={subtopic.links} />
        </React.Fragment>
      ))}
      <h4>{trans.__('To read: %1 of %2 done', read, resources)}</h4>
      <Resources context={context} topic={topic} />
      <Related
        title={trans.__('Notebooks')}
        kind="notebook"
        items={notebooks}
        onSelect={onSelect}
      />
    </>
  );
}
