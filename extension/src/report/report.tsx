import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Api } from '../api';
import { StateIcon, stateLabel } from '../components/questionState';
import { pointsText } from '../words/points';
import { Findings } from './findings';
import { formatPoints } from './numbers';
import { pointsOf } from './points';

/** What the cell knows of which a report in a notebook does not speak. */
export interface ICellFacts {
  /** What the cell is worth; null where it does not say. */
  points: number | null;
  /** How often its check was run in this notebook; 0 where nobody counted. */
  attempts: number;
}

export interface IReportProps {
  report: Api.IQuestionReport;
  cell?: ICellFacts;
  trans: TranslationBundle;
}

/** A question's report. */
export function Report(props: IReportProps): React.JSX.Element {
  const { report, trans } = props;
  const failed = report.findings.filter(finding => !finding.passed);
  const untouched =
    failed.length > 0 && failed.every(finding => !finding.attempted);
  const title = report.title || report.question;
  return (
    <div
      className="jp-llm-report"
      role="group"
      data-state={report.state}
      aria-label={trans.__('Report: %1', title)}
    >
      <div className="jp-llm-report-header">
        <StateIcon state={report.state} />
        <span>
          <strong>{stateLabel(report.state, trans)}</strong>
          {` · ${title}`}
        </span>
      </div>
      <p className="jp-llm-report-facts">
        {factsOf(props).map((fact, index) => (
          <span key={index}>{fact}</span>
        ))}
      </p>
      {untouched && (
        <p>
          {trans.__(
            'Nothing is wrong yet: write your answer, run it, then run this cell again.'
          )}
        </p>
      )}
      {report.state === 'ungraded' && (
        <p>
          {trans.__(
            'The check itself could not run. That is not your fault, and costs no points.'
          )}
        </p>
      )}
      <Findings
        findings={report.findings}
        trans={trans}
        caption={trans.__('Findings of %1', title)}
      />
      <Remaining report={report} trans={trans} />
    </div>
  );
}

function factsOf(props: IReportProps): string[] {
  const { report, cell, trans } = props;
  const isMeasured = report.findings.some(finding => finding.attempted);
  const facts: string[] = [];
  const points = pointsOf(report, cell?.points ?? null);
  if (points && isMeasured) {
    const [earned, maximum] = [
      formatPoints(points.earned),
      formatPoints(points.maximum)
    ];
    facts.push(
      report.hidden_remaining > 0
        ? trans.__('%1 of %2 points for what is seen here', earned, maximum)
        : trans.__('%1 of %2 points', earned, maximum)
    );
  } else if (cell && cell.points !== null) {
    facts.push(trans.__('Worth %1', pointsText(trans, cell.points)));
  }
  if (isMeasured) {
    const passed = report.findings.filter(finding => finding.passed).length;
    facts.push(
      trans.__('%1 of %2 findings as wanted', passed, report.findings.length)
    );
  }
  if (cell && cell.attempts > 0) {
    facts.push(trans._n('%1 attempt', '%1 attempts', cell.attempts));
  }
  return facts;
}

function Remaining(props: {
  report: Api.IQuestionReport;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { report, trans } = props;
  const count = report.hidden_remaining;
  if (count > 0) {
    return (
      <p className="jp-llm-report-hidden">
        <StateIcon state="at grading" />
        <span>
          {report.findings.length > 0
            ? trans._n(
                '%1 hidden finding remains: grading measures it, and it shares the points.',
                '%1 hidden findings remain: grading measures them, and they share the points.',
                count
              )
            : trans._n(
                '%1 hidden finding: all is measured at grading.',
                '%1 hidden findings: all is measured at grading.',
                count
              )}
        </span>
      </p>
    );
  }
  return report.findings.length === 0 ? (
    <p>{trans.__('Nothing is measured before grading.')}</p>
  ) : null;
}
