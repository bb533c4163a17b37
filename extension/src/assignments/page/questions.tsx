import * as React from 'react';

import { Api } from '../../api';
import { State } from '../../components/questionState';
import { measuredText } from '../../report/findings';
import { amount } from '../../words/points';
import { goToQuestion } from '../goto';
import { IShared } from '../shared';
import { problemText } from '../words';
import { Table } from './table';

interface IProps {
  shared: IShared;
  assignment: Api.IAssignment;
}

type Result = Api.ICheckResult['questions'][number];

/** Points by question, and what the checks said last. */
export function Questions(props: IProps): React.JSX.Element | null {
  const { shared, assignment } = props;
  const { trans } = shared.classroom;
  const checks = shared.actions.checks(assignment);
  const notebooks = notebooksOf(props);
  const isChecked = checks.results.size > 0;
  const many = notebooks.length > 1;
  if (notebooks.length === 0 && checks.problems.size === 0) {
    return null;
  }
  return (
    <section>
      <h2>{trans.__('Questions')}</h2>
      <Ends {...props} />
      <Table
        caption={trans.__('Questions of %1', assignment.title)}
        columns={[
          trans.__('Question'),
          trans.__('Points'),
          trans.__('Hidden findings'),
          ...(isChecked ? [trans.__('Last check'), trans.__('To mend')] : [])
        ]}
      >
        {notebooks.map(notebook => (
          <tbody key={notebook.name}>
            {many && (
              <tr>
                <th scope="rowgroup" colSpan={isChecked ? 5 : 3}>
                  {notebook.name}
                </th>
              </tr>
            )}
            {notebook.questions.map(question => (
              <Question
                key={question.grade_id}
                {...props}
                notebook={notebook.name}
                question={question}
                isChecked={isChecked}
                result={checks.results
                  .get(notebook.name)
                  ?.questions.find(q => q.grade_id === question.grade_id)}
              />
            ))}
          </tbody>
        ))}
      </Table>
      <p className="jp-llm-assignment-remark">
        {trans.__(
          'Hidden findings are measured at grading only, beside those that you see.'
        )}
      </p>
    </section>
  );
}

/** Checks that came to nothing or ended early, and why. */
function Ends({ shared, assignment }: IProps): React.JSX.Element {
  const { trans } = shared.classroom;
  const { problems, results } = shared.actions.checks(assignment);
  const ends: [string, string][] = [];
  for (const [notebook, problem] of problems) {
    ends.push([notebook, problemText(trans, problem)]);
  }
  for (const [notebook, { error }] of results) {
    if (error !== null && !problems.has(notebook)) {
      ends.push([notebook, error]);
    }
  }
  return (
    <>
      {ends.map(([notebook, text]) => (
        <p key={notebook} className="jp-llm-problem">
          {trans.__('The check of %1 ended early: %2', notebook, text)}
        </p>
      ))}
    </>
  );
}

function Question(
  props: IProps & {
    notebook: string;
    question: Api.IQuestion;
    isChecked: boolean;
    result: Result | undefined;
  }
): React.JSX.Element {
  const { shared, assignment, notebook, question, isChecked, result } = props;
  const { trans } = shared.classroom;
  const name = question.title || question.grade_id;
  return (
    <tr>
      <th scope="row">
        {assignment.folder === null ? (
          name
        ) : (
          <button
            type="button"
            className="jp-llm-link"
            title={trans.__('Go to its cell')}
            onClick={() =>
              void goToQuestion(shared, assignment, notebook, question.grade_id)
            }
          >
            {name}
          </button>
        )}
      </th>
      <td className="jp-llm-assignment-number">{amount(question.points)}</td>
      <td className="jp-llm-assignment-number">
        {question.kind === 'tests'
          ? question.hidden_findings
          : trans.__('graded by a person')}
      </td>
      {isChecked && (
        <>
          <td>{result && <State state={result.state} trans={trans} />}</td>
          <td>{result && firstFailing(props, result)}</td>
        </>
      )}
    </tr>
  );
}

/** The first thing that does not hold yet, measured against wanted. */
function firstFailing(props: IProps, { report, message }: Result): string {
  const { trans } = props.shared.classroom;
  const failing = report?.findings.find(finding => !finding.passed);
  if (!failing) {
    return message;
  }
  const measured = failing.attempted ? measuredText(failing, trans) : '';
  return measured
    ? trans.__('%1: %2, wanted %3', failing.name, measured, failing.wanted)
    : failing.name;
}

/** As the release describes them; else as the checks met them. */
function notebooksOf({ shared, assignment }: IProps): Api.INotebook[] {
  if (assignment.notebooks.length > 0) {
    return assignment.notebooks;
  }
  const { results } = shared.actions.checks(assignment);
  return [...results.values()].map(result => ({
    name: result.notebook,
    points: null,
    questions: result.questions.map(({ grade_id, report }) => ({
      grade_id,
      kind: 'tests' as const,
      points: report?.max_points ?? 0,
      title: report?.title ?? '',
      hidden_findings: report?.hidden_remaining ?? 0
    }))
  }));
}
