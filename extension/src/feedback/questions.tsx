import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Api } from '../api';
import { State } from '../components/questionState';
import { Findings } from '../report/findings';
import { amount, scoreText, signed } from '../words/points';
import { IQuestionChange } from './changes';
import { questionTitle } from './words';

type Question = Api.IPageReport['questions'][number];

/** A notebook's questions, those with something to learn from unfolded. */
export function Questions(props: {
  report: Api.IPageReport;
  changes: IQuestionChange[];
  trans: TranslationBundle;
}): React.JSX.Element {
  const { report, changes, trans } = props;
  const changed = new Map(changes.map(change => [change.gradeId, change]));
  return (
    <ul className="jp-llm-feedback-questions">
      {report.questions.map(question => (
        <li key={question.grade_id} data-state={question.state}>
          <details open={question.state !== 'passed' || question.comment !== ''}>
            <summary>
              <Summary
                question={question}
                change={changed.get(question.grade_id)}
                trans={trans}
              />
            </summary>
            <Body question={question} trans={trans} />
          </details>
        </li>
      ))}
    </ul>
  );
}

function Summary(props: {
  question: Question;
  change?: IQuestionChange;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { question, change, trans } = props;
  const { score, max_score } = question;
  const delta =
    change && change.before !== null && change.after !== null
      ? change.after - change.before
      : 0;
  return (
    <>
      <bdi className="jp-llm-feedback-title">{questionTitle(question)}</bdi>
      <State state={question.state} trans={trans} />
      <span className="jp-llm-feedback-points">
        {scoreText(trans, score, max_score)}
        {Math.abs(delta) >= 0.005 && (
          <span>{trans.__('%1 since before', signed(delta))}</span>
        )}
      </span>
    </>
  );
}

function Body(props: {
  question: Question;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { question, trans } = props;
  return (
    <div className="jp-llm-feedback-body">
      {question.needs_manual_grade && (
        <p>{trans.__('A person has still to read this.')}</p>
      )}
      <Parts question={question} trans={trans} />
      {question.findings.length > 0 && (
        <Findings findings={question.findings} trans={trans} />
      )}
      {question.comment ? (
        <Comment text={question.comment} trans={trans} />
      ) : (
        question.findings.length === 0 &&
        !question.needs_manual_grade && (
          <p>{trans.__('The page has no more to say about this question.')}</p>
        )
      )}
    </div>
  );
}

/** Where a score comes from, if it is more than what the checks gave. */
function Parts(props: {
  question: Question;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { automatic, manual, extra_credit } = props.question;
  const { trans } = props;
  if (manual === null && !extra_credit) {
    return null;
  }
  const parts = [
    automatic !== null && trans.__('%1 by checks', amount(automatic)),
    manual !== null && trans.__('%1 by a person', amount(manual)),
    !!extra_credit && trans.__('%1 extra credit', signed(extra_credit))
  ];
  return (
    <p>{trans.__('Points: %1.', parts.filter(Boolean).join(', '))}</p>
  );
}

/** What a person wrote: text, and nothing else. */
export function Comment(props: {
  text: string;
  trans: TranslationBundle;
}): React.JSX.Element {
  return (
    <div className="jp-llm-feedback-comment">
      <strong>{props.trans.__('Comment')}</strong>
      <p dir="auto">{props.text}</p>
    </div>
  );
}
