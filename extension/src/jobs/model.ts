import { Event } from '@jupyterlab/services';
import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import { Api, ApiError, ClassroomApi } from '../api';

/** Name of the event that tells that a job has moved. */
export const JOB_EVENT =
  'https://schema.llm-classroom.org/events/job/v1';

/** Jobs of this server as they move. */
export class JobsModel implements IDisposable {
  /**
   * @param events - The server's events; a job is asked for when one names it.
   */
  constructor(
    private readonly _api: ClassroomApi,
    private readonly _events: Event.Stream
  ) {
    this._events.connect(this._onEvent, this);
  }

  /** A job that has moved. */
  get moved(): ISignal<this, Api.IJob> {
    return this._moved;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._events.disconnect(this._onEvent, this);
    Signal.clearData(this);
  }

  /** The job of a kind that runs on an assignment, if one does. */
  running(
    course: string,
    assignment: string,
    kind?: Api.JobKind
  ): Api.IJob | undefined {
    return [...this._jobs.values()].find(
      job =>
        isRunning(job) &&
        job.course === course &&
        job.assignment === assignment &&
        (kind === undefined || job.kind === kind)
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
  }

  /** Wait for the end of a job; reading again makes up for a lost event. */
  async finished(job: Api.IJob, every = 2000): Promise<Api.IJob> {
    this.add(job);
    let latest = this._jobs.get(job.id)!;
    while (isRunning(latest) && !this._isDisposed) {
      await this._next(job.id, every);
      latest = this._jobs.get(job.id)!;
      if (isRunning(latest)) {
        latest = await this._api.job(job.id);
        this.add(latest);
      }
    }
    return latest;
  }

  async cancel(job: Api.IJob): Promise<void> {
    this.add(await this._api.cancel(job.id));
  }

  /** Read what runs, after the server or the connection was away. */
  async refresh(): Promise<void> {
    for (const job of await this._api.jobs()) {
      this.add(job);
    }
  }

  private _next(id: string, atMost: number): Promise<void> {
    return new Promise(resolve => {
      const done = (): void => {
        clearTimeout(timer);
        this._moved.disconnect(onMoved);
        resolve();
      };
      const onMoved = (_: this, job: Api.IJob): void => {
        if (job.id === id) {
          done();
        }
      };
      const timer = setTimeout(done, atMost);
      this._moved.connect(onMoved);
    });
  }

  private _onEvent(_: Event.IManager, emission: Event.Emission): void {
    if (emission.schema_id !== JOB_EVENT) {
      return;
    }
    void this._read(String(emission['job']));
  }

  private async _read(id: string): Promise<void> {
    try {
      this.add(await this._api.job(id));
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      // Ended long ago, or the connection is gone; `finished` asks again.
    }
  }

  private _jobs = new Map<string, Api.IJob>();
  private _moved = new Signal<this, Api.IJob>(this);
  private _isDisposed = false;
}

/** Whether a job has not ended. */
export function isRunning(job: Api.IJob): boolean {
  return job.state === 'queued' || job.state === 'running';
}
