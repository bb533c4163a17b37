import { LabIcon } from '@jupyterlab/ui-components';

import classroomSvg from '../style/icons/classroom.svg';

/** A graduation cap: the classroom itself. */
export const classroomIcon = new LabIcon({
  name: 'llm-classroom:classroom',
  svgstr: classroomSvg
});
