import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Api } from '../api';
import { scoreText } from '../words/points';
import { IChanges } from './changes';
import { Comment, Questions } from './questions';

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
        <p>{scoreText(trans, final, max)}</p>
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
