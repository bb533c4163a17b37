import { TranslationBundle } from '@jupyterlab/translation';
import { Token } from '@lumino/coreutils';

import { ClassroomApi } from './api';
import { CoursesModel } from './assignments/model';
import { JobsModel } from './jobs/model';
import { RoadmapModel } from './roadmap/model';

/** What the classroom's plugins share. */
export interface IClassroom {
  readonly api: ClassroomApi;
  readonly courses: CoursesModel;
  readonly jobs: JobsModel;
  readonly roadmap: RoadmapModel;
  readonly trans: TranslationBundle;
}

export const IClassroom = new Token<IClassroom>(
  'llm-classroom:IClassroom',
  'The roadmap, the courses and the jobs of the classroom on this server.'
);
