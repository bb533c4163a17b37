import { ellipsesIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Api } from '../api';
import { BusyButton } from '../components/busyButton';
import { Action, actionsOf } from './next';
import { canPerform, offer, perform } from './perform';
import { IShared } from './shared';
import { actionText } from './words';

interface IProps {
  shared: IShared;
  assignment: Api.IAssignment;
}

/** Which job an action starts. */
const JOBS: Partial<Record<Action, Api.JobKind>> = {
  fetch: 'fetch',
  update: 'fetch',
  submit: 'submit',
  check: 'check',
  feedback: 'feedback'
};

/** The action that comes next, and the others in a menu. */
export function NextButtons(props: IProps): React.JSX.Element {
  const { shared, assignment } = props;
  const { trans } = shared.classroom;
  const { first, others } = offered(props);
  // The title leads to the details anyway.
  const hasMore = others.some(action => action !== 'details');
  return (
    <div className="jp-llm-assignment-buttons">
      <ActionButton {...props} action={first} isFirst={true} />
      {hasMore && (
        <button
          type="button"
          className="jp-mod-styled jp-llm-assignment-more"
          aria-haspopup="menu"
          aria-expanded="false"
          aria-label={trans.__('More about %1', assignment.title)}
          title={trans.__('More')}
          onClick={event =>
            offer(shared, others, assignment, event.currentTarget)
          }
        >
          <ellipsesIcon.react tag="span" />
        </button>
      )}
    </div>
  );
}

/** Every action that makes sense now, as a row of buttons. */
export function AllButtons(props: IProps): React.JSX.Element {
  const { first, others } = offered(props);
  const shown = [first, ...others].filter(action => action !== 'details');
  return (
    <div className="jp-llm-assignment-buttons">
      {shown.map(action => (
        <ActionButton
          key={action}
          {...props}
          action={action}
          isFirst={action === first}
        />
      ))}
    </div>
  );
}

function offered({ shared, assignment }: IProps): ReturnType<typeof actionsOf> {
  const { folder } = assignment;
  const isOpen = folder !== null && shared.documents.isOpen(folder);
  const { first, others } = actionsOf(assignment, isOpen);
  return {
    first,
    others: others.filter(action => canPerform(shared, action))
  };
}

function ActionButton(
  props: IProps & { action: Action; isFirst: boolean }
): React.JSX.Element {
  const { shared, assignment, action, isFirst } = props;
  const text = actionText(shared.classroom.trans, action, assignment);
  const job = JOBS[action];
  const opensMenu = action === 'open' && assignment.notebooks.length > 1;
  return (
    <BusyButton
      className={isFirst ? 'jp-mod-accept' : undefined}
      isBusy={job !== undefined && shared.actions.isBusy(assignment, job)}
      // Else a list of buttons would read: Open, Open, Open.
      aria-label={`${text}: ${assignment.title}`}
      aria-haspopup={opensMenu ? 'menu' : undefined}
      onClick={event =>
        perform(shared, action, assignment, event.currentTarget)
      }
    >
      {text}
    </BusyButton>
  );
}
