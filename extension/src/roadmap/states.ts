import { Api } from '../api';
import { ISelection } from './map/layout';
import { progressOfNotebook, Standing } from './progress';
import { StandingModel } from './standing';

/** As a badge shows it: the topic of the next step is told apart until it is done. */
export type NodeState = Standing | 'next';

export function stateOf(standing: StandingModel, topic: Api.ITopic): NodeState {
  const { state } = standing.topic(topic);
  return state !== 'done' && standing.nextTopic === topic.id ? 'next' : state;
}

/** State and share of what stands on the map; no state where the course has nothing to do there. */
export function stateOfNode(
  standing: StandingModel,
  node: ISelection
): { state: NodeState | null; share: number } {
  const nothing = { state: null, share: 0 };
  if (node.kind === 'topic') {
    const topic = standing.findTopic(node.id);
    return topic
      ? { state: stateOf(standing, topic), share: standing.topic(topic).share }
      : nothing;
  }
  const notebook = standing.findNotebook(node.id);
  return (
    (notebook && progressOfNotebook(notebook, standing.record!)) ?? nothing
  );
}
