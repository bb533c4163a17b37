import * as React from 'react';

import { Api } from '../../api';
import { CommandIDs } from '../../commands';
import { amount } from '../../words/points';
import { duration, localTime } from '../../words/times';
import { showReceipt } from '../dialogs';
import { receiptOf } from '../receipt';
import { IShared } from '../shared';
import { feedbackText } from '../words';
import { Table } from './table';

interface IProps {
  shared: IShared;
  detail: Api.IAssignmentDetail;
}

/** What was handed in, and what came back. */
export function History({ shared, detail }: IProps): React.JSX.Element {
  const { trans } = shared.classroom;
  const { assignment, history } = detail;
  return (
    <section>
      <h2>{trans.__('Submissions')}</h2>
      {history.length === 0 && <p>{trans.__('Nothing is submitted yet.')}</p>}
      {history.length > 0 && (
        <Table
          caption={trans.__('Submissions of %1', assignment.title)}
          columns={[
            trans.__('Submitted'),
            trans.__('Late'),
            trans.__('Hash'),
            trans.__('Files'),
            trans.__('Feedback'),
            trans.__('Score'),
            trans.__('Action')
          ]}
        >
          <tbody>
            {history.map(submission => (
              <Submission
                key={submission.id}
                shared={shared}
                detail={detail}
                submission={submission}
              />
            ))}
          </tbody>
        </Table>
      )}
    </section>
  );
}

function Submission(
  props: IProps & { submission: Api.ISubmission }
): React.JSX.Element {
  const { shared, submission } = props;
  const { trans } = shared.classroom;
  const { files, hash, id, late_seconds, max_score, score } = submission;
  const time = submission.submitted;
  return (
    <tr>
      <th scope="row">
        {time ? <time dateTime={time}>{localTime(time)}</time> : id}
      </th>
      <td>
        {late_seconds !== null &&
          (late_seconds > 0
            ? duration(trans, late_seconds)
            : trans.__('in time'))}
      </td>
      <td>
        <code title={hash}>{hash.slice(0, 8)}</code>
      </td>
      <td title={files.map(file => file.path).join('\n')}>
        {trans._n('%1 file', '%1 files', files.length)}
      </td>
      <td>{feedbackText(trans, submission.feedback)}</td>
      <td className="jp-llm-assignment-number">
        {score !== null &&
          (max_score === null
            ? amount(score)
            : `${amount(score)} / ${amount(max_score)}`)}
      </td>
      <td>
        <Buttons {...props} />
      </td>
    </tr>
  );
}

function Buttons(
  props: IProps & { submission: Api.ISubmission }
): React.JSX.Element {
  const { shared, detail, submission } = props;
  const { classroom, commands, actions } = shared;
  const { trans, courses } = classroom;
  const { course, id } = detail.assignment;
  const when = submission.submitted
    ? localTime(submission.submitted)
    : submission.id;
  const student = courses.courses?.student ?? '';
  return (
    <div className="jp-llm-assignment-buttons">
      {submission.feedback !== 'none' && (
        <button
          type="button"
          className="jp-mod-styled jp-llm-assignment-small"
          aria-label={trans.__('Read feedback of %1', when)}
          onClick={() =>
            void commands.execute(CommandIDs.openFeedback, {
              course,
              assignment: id,
              submission: submission.id
            })
          }
        >
          {trans.__('Read feedback')}
        </button>
      )}
      <button
        type="button"
        className="jp-mod-styled jp-llm-assignment-small"
        aria-label={trans.__('Receipt of %1', when)}
        onClick={() =>
          void showReceipt(
            trans,
            actions.receipt(detail.assignment, submission.id) ??
              receiptOf(detail, submission, student)
          )
        }
      >
        {trans.__('Receipt')}
      </button>
    </div>
  );
}
