import { TranslationBundle } from '@jupyterlab/translation';
import { Toolbar } from '@jupyterlab/ui-components';
import { Token } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';

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

/** The side panel, to which plugins add sections. */
export interface IClassroomPanel {
  /**
   * Add a section of the accordion; its `title.label` is the heading. Below rank 20 it has none and
   * stands above the accordion.
   *
   * @param rank - Lower is higher up: 10 next step and search, 20 assignments, 30 questions of the
   *   open notebook, 40 roadmap.
   */
  add(section: Widget & Toolbar.IWidgetToolbar, rank: number): void;
}

export const IClassroomPanel = new Token<IClassroomPanel>(
  'llm-classroom:IClassroomPanel',
  'The side panel of the classroom, to which sections can be added.'
);
