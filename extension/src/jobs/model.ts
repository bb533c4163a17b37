import { Event } from '@jupyterlab/services';
import { ISignal, Signal } from '@lumino/signaling';

import { Api, ApiError, ClassroomApi } from '../api';
import { Listener } from '../model';

/** Name of the event that tells that a job has moved. */
export const JOB_EVENT =
  'https://schema.llm-classroom.org/events/job/v1';

/** Milliseconds after which a job that nobody has told of is asked for. */
const EVERY = 2000;

/** Jobs of this server as they move. */
export class JobsModel extends Listener {
  /**
   * @param events - The server's events; a job is asked for when one names it.
   */
  constructor(
    private readonly _api: ClassroomApi,
    events: Event.Stream
  ) {
    super();
    events.connect(this._onEvent, this);
  }

  /** A job that has moved. */
  get moved(): ISignal<this, Api.IJob> {
    return this._moved;
  }

  /** The job of a kind that runs on an assignment, if one does. */
  running(
    course: string,
    assignment: string,
    kind?: Api.JobKind
  ): Api.IJob | undefined {
    return this.runningOn(course, assignment).find(
      job => kind === undefined || job.kind === kind
    );
  }

  /** Every job that runs on an assignment. */
  runningOn(course: string, assignment: string): Api.IJob[] {
    return [...this._jobs.values()].filter(
      job =>
        isRunning(job) &&
        job.course === course &&
        job.assignment === assignment
    );
  }

  /** Take in a job that a request was answered with. */
  add(job: Api.IJob): void {
    const known = this._jobs.get(job.id);
    if (known && !isRunning(known)) {
      // Told by an event before the answer came.
      return;
    }
    this._jobs.set(job.id, job);
    this._moved.emit(job);
    if (isRunning(job)) {
      void this._follow(job.id, EVERY);
    }
  }

  /**
   * Wait for the end of a job; reading again makes up for a lost event.
   *
   * A job that the server no longer knows, since it was started anew, ends as failed, with the
   * code `lost`.
   */
  finished(job: Api.IJob, every = EVERY): Promise<Api.IJob> {
    const followed = this._follow(job.id, every);
    this.add(job);
    return followed;
  }

  async cancel(job: Api.IJob): Promise<void> {
    this.add(await this._api.cancel(job.id));
  }

  /** Read what runs, after the server or the connection was away. */
  async refresh(): Promise<void> {
    for (const job of await this._api.jobs()) {
      // How the jobs of an hour ago ended is nobody's news.
      if (isRunning(job) || this._jobs.has(job.id)) {
        this.add(job);
      }
    }
  }

  private _follow(id: string, every: number): Promise<Api.IJob> {
    let followed = this._followed.get(id);
    if (!followed) {
      followed = this._untilEnd(id, every).finally(() => {
        this._followed.delete(id);
      });
      this._followed.set(id, followed);
    }
    return followed;
  }

  private async _untilEnd(id: string, every: number): Promise<Api.IJob> {
    // A turn later, so that `finished` has taken the job in.
    await Promise.resolve();
    while (isRunning(this._jobs.get(id)!) && !this.isDisposed) {
      if (!(await this._next(id, every))) {
        await this._read(id);
      }
    }
    return this._jobs.get(id)!;
  }

  /** Wait until a job moves, or not; whether it did. */
  private _next(id: string, atMost: number): Promise<boolean> {
    return new Promise(resolve => {
      const done = (moved: boolean): void => {
        clearTimeout(timer);
        this._moved.disconnect(onMoved);
        resolve(moved);
      };
      const onMoved = (_: this, job: Api.IJob): void => {
        if (job.id === id) {
          done(true);
        }
      };
      const timer = setTimeout(() => done(false), atMost);
      this._moved.connect(onMoved);
    });
  }

  private _onEvent(_: Event.IManager, emission: Event.Emission): void {
    const { schema_id, job } = emission;
    if (schema_id === JOB_EVENT && typeof job === 'string') {
      void this._read(job);
    }
  }

  private async _read(id: string): Promise<void> {
    try {
      this.add(await this._api.job(id));
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      const known = this._jobs.get(id);
      if (error.status === 404 && known) {
        const { message } = error;
        this.add({ ...known, state: 'failed', error: { message, code: 'lost' } });
      }
      // Else the connection is gone: whoever follows the job asks again.
    }
  }

  private _jobs = new Map<string, Api.IJob>();
  private _followed = new Map<string, Promise<Api.IJob>>();
  private _moved = new Signal<this, Api.IJob>(this);
}

/** Whether a job has not ended. */
export function isRunning(job: Api.IJob): boolean {
  return job.state === 'queued' || job.state === 'running';
}
