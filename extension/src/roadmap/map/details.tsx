import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IContext } from '../context';
import { ISelection } from './layout';
import { NotebookDetails } from './notebookDetails';
import { TopicDetails } from './topicDetails';

/** What is selected on the map, in full. */
export function Details(props: {
  context: IContext;
  selected: ISelection;
  onClose: () => void;
  onSelect: (selection: ISelection) => void;
}): React.JSX.Element | null {
  const { context, onClose, onSelect, selected } = props;
  const { standing, trans } = context;
  const node = React.useRef<HTMLElement>(null);
  const topic =
    selected.kind === 'topic' ? standing.findTopic(selected.id) : undefined;
  const notebook =
    selected.kind === 'notebook'
      ? standing.findNotebook(selected.id)
      : undefined;
  React.useEffect(() => {
    node.current?.scrollTo?.({ top: 0 });
  }, [selected.id]);
  const title = topic?.title ?? notebook?.title;
  if (title === undefined) {
    return null;
  }
  return (
    <section
      className="jp-llm-details"
      aria-label={trans.__('Details: %1', title)}
      ref={node}
    >
      <header>
        <h3 tabIndex={-1}>{title}</h3>
        <button
          className="jp-llm-icon-button"
          type="button"
          aria-label={trans.__('Close the details')}
          title={trans.__('Close the details (Escape)')}
          onClick={onClose}
        >
          <closeIcon.react tag="span" />
        </button>
      </header>
      {topic && (
        <TopicDetails context={context} topic={topic} onSelect={onSelect} />
      )}
      {notebook && (
        <NotebookDetails
          context={context}
          notebook={notebook}
          onSelect={onSelect}
        />
      )}
    </section>
  );
}
