import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Api } from '../api';
import { significant, stateMark } from './words';

/** What a question measured. */
export function Findings(props: {
  findings: Api.IFinding[];
  trans: TranslationBundle;
}): React.JSX.Element {
  const { findings, trans } = props;
  return (
    <table className="jp-llm-feedback-findings">
      <caption>{trans.__('What was measured')}</caption>
      <thead>
        <tr>
          <th scope="col">{trans.__('Result')}</th>
          <th scope="col">{trans.__('Measured')}</th>
          <th scope="col">{trans.__('Found')}</th>
          <th scope="col">{trans.__('Wanted')}</th>
        </tr>
      </thead>
      <tbody>
        {findings.map((finding, index) => (
          <Row key={index} finding={finding} trans={trans} />
        ))}
      </tbody>
    </table>
  );
}

function Row(props: {
  finding: Api.IFinding;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { finding, trans } = props;
  const [state, words] = !finding.attempted
    ? ['not attempted', trans.__('not attempted')]
    : finding.passed
      ? ['passed', trans.__('passed')]
      : ['failed', trans.__('not passed')];
  return (
    <tr data-state={state}>
      <td>
        <span aria-hidden="true">{stateMark(state)}</span> {words}
      </td>
      <th scope="row">
        <bdi>{finding.name}</bdi>
        {finding.hidden && <small>{trans.__('hidden')}</small>}
        {finding.gate && !finding.passed && (
          <small>
            {trans.__('without it the question earns nothing')}
          </small>
        )}
        {finding.hint && !finding.passed && (
          <details>
            <summary>{trans.__('Hint')}</summary>
            <bdi>{finding.hint}</bdi>
          </details>
        )}
      </th>
      <td>
        <bdi>{found(finding)}</bdi>
      </td>
      <td>
        <bdi>{finding.wanted || '–'}</bdi>
      </td>
    </tr>
  );
}

function found(finding: Api.IFinding): string {
  const { measured, unit } = finding;
  if (measured === null || !finding.attempted) {
    return '–';
  }
  const value =
    typeof measured === 'number' ? significant(measured) : String(measured);
  return unit ? `${value} ${unit}` : value;
}
