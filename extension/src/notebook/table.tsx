import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { State } from '../components/questionState';
import { pointsText } from '../words/points';
import { IQuestionRow } from './questions';

export interface IQuestionTableProps {
  rows: readonly IQuestionRow[];
  caption: string;
  onGo: (gradeId: string) => void;
  trans: TranslationBundle;
}

/** The questions of a notebook, what its cells show, and what the last check found. */
export function QuestionTable(props: IQuestionTableProps): React.JSX.Element {
  const { rows, trans } = props;
  return (
    <table className="jp-llm-questions">
      <caption className="jp-llm-visually-hidden">{props.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{trans.__('In the notebook')}</th>
          <th scope="col">{trans.__('In the last check')}</th>
        </tr>
      </thead>
      {rows.map(row => (
        <Question key={row.gradeId} row={row} onGo={props.onGo} trans={trans} />
      ))}
    </table>
  );
}

/** Two rows, since a side panel is narrow and a title may be long. */
function Question(props: {
  row: IQuestionRow;
  onGo: (gradeId: string) => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { row, trans } = props;
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={2}>
          <button
            className="jp-llm-link"
            onClick={() => props.onGo(row.gradeId)}
          >
            {row.title}
          </button>
          <div className="jp-llm-question-facts">
            {factsOf(row, trans).join(' · ')}
          </div>
        </th>
      </tr>
      <tr>
        <td>
          <State state={row.here} trans={trans} />
        </td>
        <td>
          {row.last ? (
            <State state={row.last} trans={trans} />
          ) : (
            trans.__('not yet')
          )}
          {row.message && row.last !== 'passed' && (
            <div className="jp-llm-question-message">{row.message}</div>
          )}
        </td>
      </tr>
    </tbody>
  );
}

function factsOf(row: IQuestionRow, trans: TranslationBundle): string[] {
  const facts: string[] = [];
  if (row.points !== null) {
    facts.push(pointsText(trans, row.points));
  }
  if (row.hidden > 0) {
    facts.push(
      trans._n('%1 hidden finding', '%1 hidden findings', row.hidden)
    );
  }
  if (row.kind !== 'tests') {
    facts.push(trans.__('graded by a person'));
  }
  return facts;
}
