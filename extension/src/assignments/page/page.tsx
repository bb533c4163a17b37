import { UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Failure, Loading } from '../../components/state';
import { AssignmentModel } from '../detail';
import { IShared } from '../shared';
import { problemText } from '../words';
import { About } from './about';
import { Files } from './files';
import { Header } from './header';
import { History } from './history';
import { Questions } from './questions';

interface IProps {
  shared: IShared;
  model: AssignmentModel;
}

/** All there is to know of an assignment. */
export function Page({ shared, model }: IProps): React.JSX.Element {
  return (
    <UseSignal signal={model.changed}>
      {() => (
        <UseSignal signal={shared.actions.changed}>
          {() => (
            <UseSignal signal={shared.classroom.roadmap.changed}>
              {() => <Content shared={shared} model={model} />}
            </UseSignal>
          )}
        </UseSignal>
      )}
    </UseSignal>
  );
}

function Content({ shared, model }: IProps): React.JSX.Element {
  const { trans } = shared.classroom;
  const { assignment, detail, error } = model;
  return (
    <>
      <Failure
        trans={trans}
        message={error && problemText(trans, error)}
        retry={() => void model.load()}
      />
      {assignment === null && !error && <Loading trans={trans} />}
      {assignment && (
        <>
          <Header shared={shared} assignment={assignment} />
          <About shared={shared} assignment={assignment} />
          <Questions shared={shared} assignment={assignment} />
        </>
      )}
      {assignment && detail && (
        <>
          <Files shared={shared} assignment={assignment} detail={detail} />
          <History shared={shared} detail={detail} />
        </>
      )}
    </>
  );
}
