/** The model of feedback, on a server of canned answers. */

import { FeedbackModel } from '../../../extension/src/feedback/model';
import { JobsModel } from '../../../extension/src/jobs/model';
import { classroomOn } from '../testing/classroom';
import { CannedServer } from '../testing/server';
import { detail, feedback, job } from './data';

export const TOY = '/courses/nlp/assignments/toy';

/** @param answers - Beside those of a submission with feedback, of which nothing is read. */
export function lab(
  answers: Record<string, unknown> = {},
  chosen = ''
): { server: CannedServer; jobs: JobsModel; model: FeedbackModel } {
  const server = new CannedServer({
    [`GET ${TOY}`]: detail(),
    [`GET ${TOY}/feedback/second`]: feedback(),
    [`POST ${TOY}/feedback`]: job(),
    ...answers
  });
  const classroom = classroomOn(server);
  // Else they are read when a job ends, which is no request of the feedback's.
  classroom.courses.dispose();
  const model = new FeedbackModel(classroom, 'nlp', 'toy', chosen);
  return { server, jobs: classroom.jobs, model };
}
