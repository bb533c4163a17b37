import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Api } from '../api';
import { CommandIDs } from '../commands';
import { JobBar } from '../components/jobBar';
import { IOutcome } from './actions';
import { IShared } from './shared';
import { endText, jobText, problemText, remarkText } from './words';

interface IProps {
  shared: IShared;
  assignment: Api.IAssignment;
}

const AGAIN: Record<string, string> = {
  fetch: CommandIDs.fetch,
  submit: CommandIDs.submit,
  check: CommandIDs.checkAll,
  feedback: CommandIDs.openFeedback
};

/** What goes on with an assignment, or how the last thing ended. */
export function Activity({ shared, assignment }: IProps): React.JSX.Element {
  const { actions, classroom } = shared;
  const running = actions.running(assignment);
  const outcome = running.length > 0 ? null : actions.outcome(assignment);
  const { trans } = classroom;
  // A new button would not do: what is read aloud must be there before its text.
  return (
    <div className="jp-llm-assignment-activity">
      <div role="status">
        {running.map(job => (
          <p key={job.id}>{jobText(trans, job)}</p>
        ))}
        {outcome && <End trans={trans} outcome={outcome} />}
      </div>
      {running.map(job => (
        <Running key={job.id} shared={shared} assignment={assignment} job={job} />
      ))}
      <div role="alert">
        {outcome?.problem && (
          <Problem shared={shared} assignment={assignment} outcome={outcome} />
        )}
      </div>
    </div>
  );
}

/** How it ended: shown where it says more than the row does, else read aloud only. */
function End(props: {
  trans: TranslationBundle;
  outcome: IOutcome;
}): React.JSX.Element {
  const { trans, outcome } = props;
  const remark = remarkText(trans, outcome);
  return (
    <p className={remark ? '' : 'jp-llm-visually-hidden'}>
      {remark || endText(trans, outcome)}
    </p>
  );
}

function Running(props: IProps & { job: Api.IJob }): React.JSX.Element {
  const { shared, assignment, job } = props;
  const { trans } = shared.classroom;
  const at = shared.actions.checks(assignment).at;
  return (
    <div className="jp-llm-assignment-running">
      <JobBar job={job} label={jobText(trans, job)} />
      {job.total > 0 && (
        <span>{trans.__('%1 of %2', job.done, job.total)}</span>
      )}
      {job.kind === 'check' && at && at.total > 1 && (
        <span>{trans.__('notebook %1 of %2', at.index + 1, at.total)}</span>
      )}
      {job.cancellable && (
        <button
          type="button"
          className="jp-mod-styled jp-llm-assignment-small"
          onClick={() => void shared.actions.cancel(assignment, job)}
        >
          {trans.__('Cancel')}
        </button>
      )}
    </div>
  );
}

function Problem(props: IProps & { outcome: IOutcome }): React.JSX.Element {
  const { shared, assignment, outcome } = props;
  const { trans } = shared.classroom;
  const again = AGAIN[outcome.kind];
  const args = { course: assignment.course, assignment: assignment.id };
  const place = React.useRef<HTMLDivElement>(null);
  // The section may end above it: who pressed the button would see nothing happen.
  React.useEffect(() => {
    place.current?.scrollIntoView?.({ block: 'nearest' });
  }, [outcome]);
  return (
    <div ref={place} className="jp-llm-problem">
      <p>{problemText(trans, outcome.problem!)}</p>
      {again && (
        <button
          type="button"
          className="jp-llm-link"
          onClick={() => void shared.commands.execute(again, args)}
        >
          {trans.__('Try again')}
        </button>
      )}
      <button
        type="button"
        className="jp-llm-link"
        onClick={() => shared.actions.dismiss(assignment)}
      >
        {trans.__('Dismiss')}
      </button>
    </div>
  );
}
