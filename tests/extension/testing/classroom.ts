/** What the plug-ins share, on a server of canned answers. */

import { Event } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { Stream } from '@lumino/signaling';

import { CoursesModel } from '../../../extension/src/assignments/model';
import { JobsModel } from '../../../extension/src/jobs/model';
import { RoadmapModel } from '../../../extension/src/roadmap/model';
import { IClassroom } from '../../../extension/src/tokens';
import { CannedServer } from './server';

export type Events = Stream<Event.IManager, Event.Emission>;

/** @param events - What the server tells; nothing, unless a test says so. */
export function classroomOn(
  { api }: CannedServer,
  events: Events = new Stream({} as Event.IManager)
): IClassroom {
  const jobs = new JobsModel(api, events);
  return {
    api,
    jobs,
    courses: new CoursesModel(api, jobs),
    roadmap: new RoadmapModel(api),
    trans: nullTranslator.load('llm-classroom')
  };
}
