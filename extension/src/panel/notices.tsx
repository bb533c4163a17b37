import { UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Api, NOT_CONNECTED } from '../api';
import { problemText } from '../assignments/words';
import { Failure } from '../components/state';
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
        const problem = courses.error ?? trouble(courses.courses);
        const notice = props.about()?.notice;
        return (
          <>
            <Failure
              trans={trans}
              message={problem && problemText(trans, problem)}
              retry={() => void courses.refresh()}
            />
            {notice && <p className="jp-llm-notice">{notice}</p>}
          </>
        );
      }}
    </UseSignal>
  );
}

/** What is wrong with the exchange; that there is none yet is said where assignments would be. */
function trouble(found: Api.ICourses | null): Api.IProblem | null {
  const problem = found?.problem ?? null;
  const isEmpty = found?.courses.length === 0;
  return problem?.code === NOT_CONNECTED && isEmpty ? null : problem;
}
