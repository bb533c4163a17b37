/** A Lab around the assignments: all of it real but the network and the shell's layout. */

import {
  Context,
  DocumentWidget,
  TextModelFactory
} from '@jupyterlab/docregistry';
import { ContentsManager, Event, ServiceManager } from '@jupyterlab/services';
import { CommandRegistry } from '@lumino/commands';
import { DisposableSet } from '@lumino/disposable';
import { Stream } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import { Api } from '../../../extension/src/api';
import { ActionsModel } from '../../../extension/src/assignments/actions';
import { addCommands } from '../../../extension/src/assignments/commands';
import { OpenDocuments } from '../../../extension/src/assignments/documents';
import { IShared } from '../../../extension/src/assignments/shared';
import { Target } from '../../../extension/src/assignments/target';
import { CommandIDs } from '../../../extension/src/commands';
import { JOB_EVENT } from '../../../extension/src/jobs/model';
import { classroomOn, Events } from '../testing/classroom';
import { courses } from '../testing/samples';
import { CannedServer, Refusal } from '../testing/server';

/** A browser tab on a server. */
export class Tab implements IShared {
  readonly events: Events = new Stream({} as Event.IManager);
  readonly commands = new CommandRegistry();
  readonly shell: { currentWidget: Widget | null; widgets: () => IterableIterator<Widget> };
  readonly documents: OpenDocuments;
  readonly classroom: IShared['classroom'];
  readonly actions: ActionsModel;
  /** Commands of others that were run, with their arguments. */
  readonly ran: [string, unknown][] = [];
  /** The commands of others, while they are there. */
  readonly others = new DisposableSet();
  /** Pages that were opened. */
  readonly pages: string[] = [];
  /** Documents that are open. */
  readonly open: DocumentWidget[] = [];
  clock = new Date('2026-03-01T12:00:00Z');

  constructor(readonly server: CannedServer) {
    this.shell = { currentWidget: null, widgets: () => this.open.values() };
    this.documents = new OpenDocuments(this.shell);
    this.classroom = classroomOn(server, this.events);
    this.actions = new ActionsModel(server.api, this.classroom.jobs);
    addCommands(
      this,
      new Target(this, () => null),
      (course, id) => this.pages.push(`${course}/${id}`)
    );
    for (const id of [
      'docmanager:open',
      'filebrowser:go-to-path',
      CommandIDs.openFeedback,
      CommandIDs.openMap,
      CommandIDs.goToQuestion
    ]) {
      this.others.add(
        this.commands.addCommand(id, {
          label: id,
          execute: args => this.ran.push([id, args])
        })
      );
    }
  }

  readonly now = (): Date => this.clock;

  /** Tell this tab that a job has moved, as the server does. */
  tell(job: Api.IJob): void {
    this.server.answers[`GET /jobs/${job.id}`] = job;
    this.events.emit({ schema_id: JOB_EVENT, job: job.id });
  }
}

/** A tab that has read its courses. */
export async function tabOf(...found: Api.IAssignment[]): Promise<Tab> {
  const server = new CannedServer({
    'GET /courses': courses(...found),
    'GET /jobs': { jobs: [] }
  });
  const tab = new Tab(server);
  await tab.classroom.courses.refresh();
  server.requests.length = 0;
  return tab;
}

/** Let everything that waits for nothing but its turn go on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise(resolve => setTimeout(resolve));
  }
}

/** The dialog that is shown, once there is one. */
export async function dialog(): Promise<HTMLElement> {
  for (let turn = 0; turn < 100; turn++) {
    const shown = document.querySelector<HTMLElement>('.jp-Dialog');
    if (shown?.querySelector('.jp-Dialog-footer button')) {
      return shown;
    }
    await settled();
  }
  throw new Error('No dialog is shown.');
}

/** Press a button of the dialog that is shown. */
export async function press(label: string): Promise<void> {
  const buttons = [...(await dialog()).querySelectorAll('button')];
  const found = buttons.find(button => button.textContent === label);
  if (!found) {
    throw new Error(`The dialog has no button ${label}.`);
  }
  found.click();
  await settled();
}

/** A file as the contents API describes it. */
export function file(path: string, content: string): object {
  const time = '2026-03-01T12:00:00Z';
  return {
    name: path.split('/').pop(),
    path,
    type: 'file',
    format: 'text',
    mimetype: 'text/plain',
    writable: true,
    created: time,
    last_modified: time,
    content
  };
}

/** Open a text file in a document widget. */
export async function openDocument(
  { answers, api }: CannedServer,
  path: string
): Promise<DocumentWidget> {
  answers[`GET /api/contents/${path}`] = file(path, 'x = 1');
  // No refusal: an answer whose status is 201.
  answers[`POST /api/contents/${path}/checkpoints`] = new Refusal(201, {
    id: 'c',
    last_modified: '2026-03-01T12:00:00Z'
  } as never);
  answers[`GET /api/contents/${path}/checkpoints`] = [];
  const serverSettings = api.settings;
  const manager = {
    // eslint-disable-next-line jupyter/require-disposable-ownership -- lives as long as its manager
    contents: new ContentsManager({ serverSettings }),
    ready: Promise.resolve(),
    isReady: true,
    serverSettings,
    kernelspecs: { ready: Promise.resolve() },
    sessions: {
      ready: Promise.resolve(),
      refreshRunning: () => Promise.resolve(),
      running: () => [].values()
    }
  } as unknown as ServiceManager.IManager;
  const context = new Context({
    manager,
    factory: new TextModelFactory(),
    path,
    kernelPreference: { shouldStart: false, canStart: false }
  });
  await context.initialize(false);
  return new DocumentWidget({ content: new Widget(), context });
}

/** Change a document as an editor does. */
export function type(widget: DocumentWidget, text: string): void {
  widget.context.model.fromString(text);
  widget.context.model.dirty = true;
}
