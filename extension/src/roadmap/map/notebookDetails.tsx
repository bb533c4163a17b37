import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Api } from '../../api';
import { ExternalLink } from '../../components/externalLink';
import { Assignments } from '../assignments';
import { IContext } from '../context';
import { ISelection } from './layout';
import { Related } from './related';

/** A notebook of the source course: what it does, where it is, who builds on it here. */
export function NotebookDetails(props: {
  context: IContext;
  notebook: Api.ISeedNotebook;
  onSelect: (selection: ISelection) => void;
}): React.JSX.Element {
  const { context, notebook, onSelect } = props;
  const { standing, trans } = context;
  const assignments = standing.record!.assignments.filter(a =>
    a.seed_notebooks.includes(notebook.id)
  );
  const topics = standing.relations.topicsOf(notebook.id);
  return (
    <>
      <p className="jp-llm-about">
        {trans.__('Seed notebook · %1', notebook.category)}
      </p>
      <dl className="jp-llm-facts">
        {Object.entries(notebook.facts)
          .filter(([name]) => name !== 'code_in_git')
          .map(([name, value]) => (
            <React.Fragment key={name}>
              <dt>{factWords(name, trans)}</dt>
              <dd>{Array.isArray(value) ? value.join(', ') : value}</dd>
            </React.Fragment>
          ))}
      </dl>
      <ul className="jp-llm-links">
        <li>
          <ExternalLink trans={trans} url={notebook.url}>
            {trans.__('Open the notebook')}
          </ExternalLink>
        </li>
        {notebook.article && (
          <li>
            <ExternalLink trans={trans} url={notebook.article}>
              {trans.__('Read the article')}
            </ExternalLink>
          </li>
        )}
      </ul>
      {notebook.note && <p className="jp-llm-about">{notebook.note}</p>}
      <h4>{trans.__('Assignments')}</h4>
      {assignments.length > 0 ? (
        <Assignments context={context} assignments={assignments} />
      ) : (
        <p className="jp-llm-about">
          {trans.__('Your courses have no assignment that builds on it.')}
        </p>
      )}
      <Related
        title={trans.__('Topics')}
        kind="topic"
        items={topics}
        onSelect={onSelect}
      />
    </>
  );
}

/** The name of a fact; one that we have no word for is told as it is. */
function factWords(name: string, trans: TranslationBundle): string {
  const words: Record<string, string> = {
    dataset: trans.__('Data'),
    external_repo: trans.__('Code'),
    formats: trans.__('Formats'),
    library: trans.__('Library'),
    method: trans.__('Method'),
    model: trans.__('Model'),
    runs_on: trans.__('Runs on'),
    task: trans.__('Task'),
    tool: trans.__('Tool')
  };
  return words[name] ?? name.replace(/_/g, ' ');
}
