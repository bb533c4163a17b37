import { nullTranslator, TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Api } from '../api';
import {
  QuestionState,
  StateIcon,
  stateLabel
} from '../components/questionState';
import { formatNumber, formatPoints } from './numbers';

export interface IFindingsProps {
  findings: readonly Api.IFinding[];
  trans?: TranslationBundle;
  /** Read before the table by a screen reader. */
  caption?: string;
}

/** What a question measured, against what it wanted. */
export function Findings(props: IFindingsProps): React.JSX.Element | null {
  const { findings } = props;
  if (findings.length === 0) {
    return null;
  }
  const trans = props.trans ?? nullTranslator.load('llm-classroom');
  const withPoints = findings.some(finding => finding.max_points);
  return (
    <table className="jp-llm-findings">
      <caption className="jp-llm-visually-hidden">
        {props.caption ?? trans.__('Findings')}
      </caption>
      <thead>
        <tr>
          <th scope="col">{trans.__('Finding')}</th>
          <th scope="col">{trans.__('Measured')}</th>
          <th scope="col">{trans.__('Wanted')}</th>
          {withPoints && <th scope="col">{trans.__('Points')}</th>}
        </tr>
      </thead>
      <tbody>
        {findings.map((finding, index) => (
          <Row
            key={index}
            finding={finding}
            trans={trans}
            withPoints={withPoints}
          />
        ))}
      </tbody>
    </table>
  );
}

function Row(props: {
  finding: Api.IFinding;
  trans: TranslationBundle;
  withPoints: boolean;
}): React.JSX.Element {
  const { finding, trans } = props;
  const state = stateOf(finding);
  return (
    <tr data-state={state}>
      <th scope="row">
        <div className="jp-llm-finding-name">
          <StateIcon state={state} />
          <span className="jp-llm-visually-hidden">
            {stateLabel(state, trans)}:
          </span>{' '}
          <span>
            {finding.name}
            {finding.hidden && (
              <span className="jp-llm-tag">{trans.__('hidden')}</span>
            )}
          </span>
        </div>
        {finding.gate && !finding.passed && (
          <p className="jp-llm-gate">
            {trans.__('Without this the question earns nothing.')}
          </p>
        )}
        {finding.hint && !finding.passed && (
          <details className="jp-llm-hint">
            <summary>{trans.__('Hint')}</summary>
            <p>{finding.hint}</p>
          </details>
        )}
      </th>
      <td>{measuredText(finding, trans)}</td>
      <td>{finding.wanted}</td>
      {props.withPoints && <td>{pointsText(finding, trans)}</td>}
    </tr>
  );
}

function stateOf(finding: Api.IFinding): QuestionState {
  if (!finding.attempted) {
    return 'not attempted';
  }
  return finding.passed ? 'passed' : 'failed';
}

/** What was found, with its unit, as the plain text of a report has it. */
export function measuredText(
  finding: Api.IFinding,
  trans: TranslationBundle
): string {
  const { measured, unit } = finding;
  if (!finding.attempted) {
    return trans.__('not attempted');
  }
  if (measured === null || measured === '') {
    return '';
  }
  let shown = String(measured);
  if (typeof measured === 'number') {
    shown = formatNumber(measured);
  } else if (typeof measured === 'boolean') {
    // As Python writes it, since the student reads and writes Python.
    shown = measured ? 'True' : 'False';
  }
  return unit ? `${shown} ${unit}` : shown;
}

function pointsText(finding: Api.IFinding, trans: TranslationBundle): string {
  const { points, max_points: maximum } = finding;
  return points === undefined || maximum === undefined
    ? ''
    : trans.__('%1 of %2', formatPoints(points), formatPoints(maximum));
}
