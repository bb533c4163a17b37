import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Api } from '../api';
import { amount } from '../words/points';
import { localTime } from '../words/times';
import { Facts } from './facts';
import { total } from './words';

/** The final score over all notebooks, and where it comes from. */
export function Score(props: {
  reports: Api.IPageReport[];
  trans: TranslationBundle;
}): React.JSX.Element {
  const { reports, trans } = props;
  const [final, max] = [total(reports, 'final'), total(reports, 'max')];
  const newer = reports.find(report => report.newer !== null)?.newer;
  return (
    <section className="jp-llm-feedback-score">
      <h2>{trans.__('Score')}</h2>
      <p>
        <strong>{amount(final)}</strong>{' '}
        {trans.__('of %1 points', amount(max))}
      </p>
      <meter
        aria-hidden="true"
        min={0}
        max={Math.max(max ?? 0, 1)}
        value={final ?? 0}
      />
      <Facts
        report={reports[0]}
        sum={score => total(reports, score)}
        trans={trans}
      />
      {newer && (
        <p className="jp-llm-problem">
          <strong>{trans.__('This is about an earlier submission.')}</strong>{' '}
          {newest(newer, trans)} <bdi>{newer.reason}</bdi>
        </p>
      )}
    </section>
  );
}

/** What became of a submission that got no score. */
function newest(
  newer: NonNullable<Api.IPageReport['newer']>,
  trans: TranslationBundle
): string {
  const time = newer.submitted ? ` (${localTime(newer.submitted)})` : '';
  return newer.status === 'refused'
    ? trans.__('The newest one%1 was refused:', time)
    : trans.__('The newest one%1 could not be graded yet:', time);
}
