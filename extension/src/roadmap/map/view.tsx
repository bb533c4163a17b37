import * as React from 'react';

import { Failure, Loading } from '../../components/state';
import { IContext } from '../context';
import { layOut } from './layout';
import { MapModel } from './model';
import { WholeMap } from './whole';

/** The whole roadmap as a map, with the details of what is selected. */
export function MapView(props: {
  context: IContext;
  model: MapModel;
}): React.JSX.Element {
  const { context, model } = props;
  const { standing, trans } = context;
  const roadmap = standing.record?.roadmap;
  const layout = React.useMemo(
    () => roadmap && layOut(roadmap, trans.__('Notebooks')),
    [roadmap, trans]
  );
  if (layout) {
    return <WholeMap context={context} model={model} layout={layout} />;
  }
  const { error } = standing.roadmap;
  return error ? (
    <Failure
      trans={trans}
      message={error.message}
      retry={() => void standing.roadmap.load()}
    />
  ) : (
    <Loading trans={trans} />
  );
}
