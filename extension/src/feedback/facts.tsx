import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Api } from '../api';
import { amount, signed } from '../words/points';
import { duration, localTime } from '../words/times';

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
    [trans.__('Late by'), late > 0 && duration(trans, late)],
    [trans.__('Graded'), graded && <Time iso={graded} />],
    [trans.__('Attempt'), report.attempt],
    [trans.__('By checks'), amount(sum('automatic'))],
    [trans.__('By a person'), manual !== null && amount(manual)],
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
function Time(props: { iso: string }): React.JSX.Element {
  return (
    <time dateTime={props.iso} title={props.iso}>
      {localTime(props.iso)}
    </time>
  );
}
