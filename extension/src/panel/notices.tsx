import { UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Api } from '../api';
import { IClassroom } from '../tokens';

/** What the student must know before anything else: of the place, of trouble. */
export function Notices(props: {
  classroom: IClassroom;
  about: () => Api.IAbout | null;
}): React.JSX.Element {
  const { courses, trans } = props.classroom;
  return (
    <UseSignal signal={courses.changed}>
      {() => {
        const problem = courses.error ?? courses.courses?.problem ?? null;
        const notice = props.about()?.notice;
        return (
          <>
            <div role="alert">
              {problem && (
                <p className="jp-llm-problem">
                  {problem.code === 'unreachable'
                    ? trans.__(
                        'The server does not answer. Is it still running, and are you connected?'
                      )
                    : problem.message}{' '}
                  <button
                    className="jp-llm-link"
                    onClick={() => void courses.refresh()}
                  >
                    {trans.__('Try again')}
                  </button>
                </p>
              )}
            </div>
            {notice && <p className="jp-llm-notice">{notice}</p>}
          </>
        );
      }}
    </UseSignal>
  );
}
