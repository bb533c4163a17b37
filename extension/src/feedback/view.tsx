import { UseSignal } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { CommandIDs } from '../commands';
import { Failure } from '../components/state';
import { IClassroom } from '../tokens';
import { changes } from './changes';
import { FeedbackModel } from './model';
import { PageFrame } from './frame';
import { Picker } from './picker';
import { Report } from './report';
import { Score } from './score';
import { Since } from './since';

interface IProps {
  commands: CommandRegistry;
  model: FeedbackModel;
  trans: IClassroom['trans'];
}

/** The feedback on an assignment. */
export function FeedbackView(props: IProps): React.JSX.Element {
  return (
    <UseSignal signal={props.model.changed}>
      {() => (
        <>
          <Head {...props} />
          <Status {...props} />
          <Body {...props} />
        </>
      )}
    </UseSignal>
  );
}

function Head(props: IProps): React.JSX.Element {
  const { commands, model, trans } = props;
  const { assignment, course, detail } = model;
  const title = detail?.assignment.title || assignment;
  return (
    <div>
      <p>
        {commands.hasCommand(CommandIDs.openAssignment) ? (
          <button
            className="jp-llm-link"
            onClick={() =>
              void commands.execute(CommandIDs.openAssignment, {
                course,
                assignment
              })
            }
          >
            {trans.__('Back to the assignment')}
          </button>
        ) : (
          <bdi>{course}</bdi>
        )}
      </p>
      <h1>
        {trans.__('Feedback:')} <bdi>{title}</bdi>
      </h1>
      <Picker model={model} trans={trans} />
    </div>
  );
}

/** What is going on, and what went wrong. */
function Status(props: IProps): React.JSX.Element {
  const { model, trans } = props;
  const { job, loading, problem } = model;
  const words = job
    ? trans.__('Fetching feedback…')
    : loading
      ? trans.__('Reading feedback…')
      : '';
  return (
    <>
      <div role="status" className="jp-llm-feedback-status">
        {words && (
          <>
            <label>
              {words} <progress />
            </label>{' '}
            {job?.cancellable && (
              <button
                className="jp-mod-styled"
                onClick={() => void model.cancel()}
              >
                {trans.__('Cancel')}
              </button>
            )}
          </>
        )}
      </div>
      <Failure
        trans={trans}
        message={problem}
        retry={() => void model.fetch()}
      />
    </>
  );
}

function Body(props: IProps): React.JSX.Element | null {
  const { model, trans } = props;
  const { detail, feedback } = model;
  if (feedback === null) {
    return detail === null || model.loading ? null : (
      <p>
        {detail.history.length === 0
          ? trans.__('You have not submitted this assignment yet.')
          : trans.__(
              'There is no feedback on this submission yet. It is there once your instructor has released it.'
            )}
      </p>
    );
  }
  const { reports, earlier, pages, problems, submission } = feedback;
  const since = changes(earlier, reports);
  return (
    <>
      {reports.length > 0 && <Score reports={reports} trans={trans} />}
      {problems.map((problem, index) => (
        <p key={index} className="jp-llm-notice">
          {problem}
        </p>
      ))}
      {since && <Since changes={since} trans={trans} />}
      {reports.map(report => (
        <Report
          key={`${submission}/${report.notebook}`}
          report={report}
          changes={since}
          named={pages.length > 1}
          trans={trans}
        />
      ))}
      {pages.map(notebook => (
        <PageFrame
          key={`${submission}/${notebook}`}
          notebook={notebook}
          load={() => model.page(notebook)}
          trans={trans}
        />
      ))}
    </>
  );
}
