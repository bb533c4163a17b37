/** The real models, on a server of canned answers. */

import {
  RenderMimeRegistry,
  standardRendererFactories
} from '@jupyterlab/rendermime';
import { CommandRegistry } from '@lumino/commands';

import { Api } from '../../../extension/src/api';
import { Actions, IContext } from '../../../extension/src/roadmap/context';
import { StandingModel } from '../../../extension/src/roadmap/standing';
import { classroomOn } from '../testing/classroom';
import { CannedServer } from '../testing/server';
import { inDays, NOW, roadmap } from './course';

export interface ILab {
  server: CannedServer;
  context: IContext;
  commands: CommandRegistry;
  /** `command {args}` of each command that was run. */
  ran: string[];
}

/** @param answers - Beside those of a roadmap of which nothing is read, and a course. */
export function lab(
  assignments: Api.IAssignment[] = [],
  answers: Record<string, unknown> = {}
): ILab {
  const read: Record<string, string> = {};
  const progress = (): Api.IProgress => ({ schema: 1, read: { ...read } });
  const marks = Object.fromEntries(
    roadmap()
      .parts.flatMap(part => part.topics.flatMap(topic => topic.resources))
      .flatMap(({ id }) => [
        [
          `PUT /progress/read/${id}`,
          () => {
            read[id] = inDays(0);
            return progress();
          }
        ],
        [
          `DELETE /progress/read/${id}`,
          () => {
            delete read[id];
            return progress();
          }
        ]
      ])
  );
  const server = new CannedServer({
    'GET /roadmap': roadmap(),
    'GET /progress': progress,
    'GET /courses': {
      student: 'ada',
      // There, even if it has released nothing.
      courses: [{ id: 'llm', assignments }],
      problem: null
    },
    ...marks,
    ...answers
  });
  const { courses, roadmap: model, trans } = classroomOn(server);
  const standing = new StandingModel(model, courses, () => NOW);
  const commands = new CommandRegistry();
  const ran: string[] = [];
  commands.commandExecuted.connect((_, { id, args }) => {
    ran.push(`${id} ${JSON.stringify(args)}`);
  });
  return {
    server,
    commands,
    ran,
    context: {
      actions: new Actions(commands),
      rendermime: new RenderMimeRegistry({
        initialFactories: standardRendererFactories
      }),
      standing,
      trans
    }
  };
}

/** With everything read from the server. */
export async function loadedLab(
  ...args: Parameters<typeof lab>
): Promise<ILab> {
  const made = lab(...args);
  const { courses, roadmap: model } = made.context.standing;
  // Courses are read while somebody looks.
  courses.watch(true);
  await Promise.all([model.load(), courses.refresh()]);
  courses.watch(false);
  return made;
}
