import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { amount, signed } from '../words/points';
import { IChanges, IQuestionChange } from './changes';

/** What changed since the attempt before this one. */
export function Since(props: {
  changes: IChanges;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { changes, trans } = props;
  const { before, after, questions } = changes;
  return (
    <section className="jp-llm-feedback-since">
      <h2>{trans.__('Since your last attempt')}</h2>
      {before !== null && after !== null && (
        <p>
          {trans.__(
            '%1 points, then %2: %3.',
            amount(before),
            amount(after),
            Math.abs(after - before) < 0.005
              ? trans.__('no change')
              : signed(after - before)
          )}
        </p>
      )}
      {questions.length === 0 ? (
        <p>{trans.__('No question has changed.')}</p>
      ) : (
        <ul>
          {questions.map(change => (
            <li key={`${change.notebook}/${change.gradeId}`}>
              <Change change={change} trans={trans} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Change(props: {
  change: IQuestionChange;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { change, trans } = props;
  return (
    <>
      <bdi>{change.title}</bdi>
      <div>{scores(change, trans)}</div>
      <Names
        label={trans.__('passes now:')}
        mark="✓"
        names={change.passed}
      />
      <Names
        label={trans.__('passes no longer:')}
        mark="✗"
        names={change.failed}
      />
    </>
  );
}

function scores(change: IQuestionChange, trans: TranslationBundle): string {
  const { before, after } = change;
  if (before === null && after !== null) {
    return trans.__('graded now, %1 points', amount(after));
  }
  if (before === null || after === null) {
    return trans.__('not graded yet');
  }
  return Math.abs(after - before) < 0.005
    ? trans.__('%1 points as before', amount(after))
    : trans.__(
        '%1 points (%2 then %3)',
        signed(after - before),
        amount(before),
        amount(after)
      );
}

function Names(props: {
  label: string;
  mark: string;
  names: string[];
}): React.JSX.Element | null {
  return props.names.length === 0 ? null : (
    <div>
      <span aria-hidden="true">{props.mark}</span> {props.label}{' '}
      {props.names.map((name, index) => (
        <React.Fragment key={index}>
          {index > 0 && ', '}
          <bdi>{name}</bdi>
        </React.Fragment>
      ))}
    </div>
  );
}
