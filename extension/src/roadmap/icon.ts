import { LabIcon } from '@jupyterlab/ui-components';

import roadmapSvg from '../../style/icons/roadmap.svg';

/** A way that branches. */
export const roadmapIcon = new LabIcon({
  name: 'llm-classroom:roadmap',
  svgstr: roadmapSvg
});
