import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Api } from '../api';
import { IChanges } from './changes';
import { Comment, Questions } from './questions';
import { duration, points, signed, when } from './words';

/** What a notebook's page says. */
export function Report(props: {
  report: Api.IPageReport;
  changes: IChanges | null;
  /** Whether other notebooks stand beside it. */
  named: boolean;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { report, changes, named, trans } = props;
  const { final, max } = report.scores;
  const asked = new Set(report.questions.map(question => question.grade_id));
  const others = report.comments.filter(c => !asked.has(c.grade_id));
  return (
    <section className="jp-llm-feedback-report">
      <h2>{named ? <bdi>{report.notebook}</bdi> : trans.__('Questions')}</h2>
      {named && (
        <p>{trans.__('%1 of %2 points', points(final), points(max))}</p>
      )}
      <Notices report={report} trans={trans} />
      <Questions
        report={report}
        changes={
          changes?.questions.filter(c => c.notebook === report.notebook) ?? []
        }
        trans={trans}
      />
      {others.map(comment => (
        <div key={comment.grade_id}>
          <h3>{comment.grade_id}</h3>
          <Comment text={comment.text} trans={trans} />
        </div>
      ))}
    </section>
  );
}

/** What a student must know of how a notebook was graded. */
function Notices(props: {
  report: Api.IPageReport;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { report, trans } = props;
  return (
    <>
      {report.status === 'failed' && (
        <p className="jp-llm-problem">
          <strong>{trans.__('The notebook did not run without trouble.')}</strong>{' '}
          <bdi>{report.reason}</bdi>{' '}
          {trans.__('It was scored from what ran.')}
        </p>
      )}
      {report.needs_manual_grade && (
        <p className="jp-llm-notice">
          {trans.__(
            'Some answers are still to be read by a person, so the score may change.'
          )}
        </p>
      )}
      {report.notes.length > 0 && (
        <div className="jp-llm-notice">
          {trans.__('Remarks:')}
          <ul>
            {report.notes.map((note, index) => (
              <li key={index}>
                <bdi>{note}</bdi>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

/** Times and sums, each of them if there is something to tell. */
export function Facts(props: {
  report: Api.IPageReport;
  sum: (score: keyof Api.IPageReport['scores']) => number | null;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { report, sum, trans } = props;
  const { submitted, due, graded } = report.times;
  const manual = sum('manual');
  const penalty = sum('late_penalty');
  const extra = sum('extra_credit');
  const late = report.late_seconds;
  const facts: [string, React.ReactNode][] = [
    [trans.__('Submitted'), submitted && <Time iso={submitted} />],
    [trans.__('Due'), due && <Time iso={due} />],
    [trans.__('Late by'), late > 0 && duration(late, trans)],
    [trans.__('Graded'), graded && <Time iso={graded} />],
    [trans.__('Attempt'), report.attempt],
    [trans.__('By checks'), points(sum('automatic'))],
    [trans.__('By a person'), manual !== null && points(manual)],
    [trans.__('Extra credit'), !!extra && signed(extra)],
    [trans.__('Late penalty'), !!penalty && signed(-penalty)]
  ];
  return (
    <dl className="jp-llm-feedback-facts">
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** A time, with the exact one at hand. */
export function Time(props: { iso: string }): React.JSX.Element {
  return (
    <time dateTime={props.iso} title={props.iso}>
      {when(props.iso)}
    </time>
  );
}
