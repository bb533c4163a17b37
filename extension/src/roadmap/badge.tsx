import { TranslationBundle } from '@jupyterlab/translation';
import {
  checkIcon,
  circleEmptyIcon,
  circleIcon,
  LabIcon,
  runIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';

import { NodeState } from './states';
import { standingWords } from './words';

const ICONS: Record<NodeState, LabIcon> = {
  begun: circleIcon,
  done: checkIcon,
  new: circleEmptyIcon,
  next: runIcon
};

/** A state in color, icon and words. */
export function Badge(props: {
  state: NodeState;
  share: number;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { share, state, trans } = props;
  const Icon = ICONS[state].react;
  return (
    <span className={`jp-llm-badge jp-mod-${state}`}>
      <Icon className="jp-llm-badge-icon" tag="span" />
      {standingWords(state, share, trans)}
    </span>
  );
}
