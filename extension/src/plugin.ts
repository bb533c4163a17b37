import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { ClassroomApi } from './api';
import { CoursesModel } from './assignments/model';
import { JobsModel } from './jobs/model';
import { RoadmapModel } from './roadmap/model';
import { IClassroom } from './tokens';

/** What the other plugins share. */
export const classroom: JupyterFrontEndPlugin<IClassroom> = {
  id: 'llm-classroom:classroom',
  description: 'The roadmap, the courses and the jobs of the classroom.',
  autoStart: true,
  provides: IClassroom,
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null
  ): IClassroom => {
    const { events, serverSettings } = app.serviceManager;
    const api = new ClassroomApi(serverSettings);
    const jobs = new JobsModel(api, events.stream);
    return {
      api,
      courses: new CoursesModel(api, jobs),
      jobs,
      roadmap: new RoadmapModel(api),
      trans: (translator ?? nullTranslator).load('llm-classroom')
    };
  }
};
