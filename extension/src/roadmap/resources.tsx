import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Api } from '../api';
import { ExternalLink } from '../components/externalLink';
import { addressOf, IContext } from './context';

/** What to read in a topic, each with its mark. */
export function Resources(props: {
  context: IContext;
  topic: Api.ITopic;
}): React.JSX.Element {
  const { context, topic } = props;
  return (
    <ul className="jp-llm-resources">
      {topic.resources.map(resource => (
        <Resource key={resource.id} context={context} resource={resource} />
      ))}
    </ul>
  );
}

function Resource(props: {
  context: IContext;
  resource: Api.IResource;
}): React.JSX.Element {
  const { context, resource } = props;
  const { standing, trans } = context;
  const read = standing.roadmap.isRead(resource.id);
  return (
    <li>
      <input
        type="checkbox"
        aria-label={trans.__('“%1” is read', resource.title)}
        title={trans.__('Read')}
        checked={read}
        onChange={() => void standing.roadmap.markRead(resource.id, !read)}
      />
      <div>
        <ExternalLink trans={trans} url={addressOf(resource)}>
          {resource.title}
        </ExternalLink>
        <div className="jp-llm-about">
          {kindWords(resource.kind, trans)}
          {resource.author && !resource.title.includes(resource.author)
            ? ` · ${resource.author}`
            : ''}
        </div>
        {resource.note && <div className="jp-llm-about">{resource.note}</div>}
        <Links trans={trans} links={resource.links} />
      </div>
    </li>
  );
}

/** Further links, of a resource or of a subtopic. */
export function Links(props: {
  trans: TranslationBundle;
  links: readonly Api.ILink[];
}): React.JSX.Element | null {
  const { links, trans } = props;
  if (links.length === 0) {
    return null;
  }
  return (
    <ul className="jp-llm-links">
      {links.map(link => (
        <li key={link.url}>
          <ExternalLink trans={trans} url={link.url}>
            {link.name}
          </ExternalLink>
          {link.note && <span className="jp-llm-about"> {link.note}</span>}
        </li>
      ))}
    </ul>
  );
}

/** A kind of resource; one that we have no word for is told as it is. */
export function kindWords(kind: string, trans: TranslationBundle): string {
  const words: Record<string, string> = {
    article: trans.__('Article'),
    book: trans.__('Book'),
    course: trans.__('Course'),
    docs: trans.__('Documentation'),
    guide: trans.__('Guide'),
    interactive: trans.__('Interactive'),
    leaderboard: trans.__('Leaderboard'),
    logbook: trans.__('Logbook'),
    notebook: trans.__('Notebook'),
    paper: trans.__('Paper'),
    repository: trans.__('Repository'),
    site: trans.__('Site'),
    video: trans.__('Video')
  };
  return words[kind] ?? kind;
}
