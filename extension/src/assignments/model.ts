import { Poll } from '@lumino/polling';

import { Api, ApiError, ClassroomApi } from '../api';
import { isRunning, JobsModel } from '../jobs/model';
import { Model } from '../model';

/** The courses of this server's student, read again while somebody looks. */
export class CoursesModel extends Model {
  /**
   * @param interval - Milliseconds between two readings while a view is shown.
   */
  constructor(
    private readonly _api: ClassroomApi,
    jobs: JobsModel,
    interval = 30_000
  ) {
    super();
    this._poll = new Poll({
      auto: false,
      name: 'llm-classroom:courses',
      factory: () => this._read(),
      frequency: { interval, backoff: true, max: 300_000 },
      standby: () =>
        // What is asked for by name is read in any case.
        this._asked ? false : this._watchers === 0 ? true : 'when-hidden'
    });
    jobs.moved.connect(this._onJob, this);
  }

  /** What the server said last; null before its first answer. */
  get courses(): Api.ICourses | null {
    return this._courses;
  }

  /** Why the last reading failed; null when it did not. */
  get error(): ApiError | null {
    return this._error;
  }

  /** Whether an answer is on its way, of which `changed` will tell. */
  get isReading(): boolean {
    const isNext = this._asked && this._poll.state.phase === 'refreshed';
    return isNext || this._underWay > 0;
  }

  /** Every assignment of every course. */
  get assignments(): Api.IAssignment[] {
    return this._courses?.courses.flatMap(course => course.assignments) ?? [];
  }

  find(course: string, id: string): Api.IAssignment | undefined {
    return this.assignments.find(a => a.course === course && a.id === id);
  }

  /** The assignment in whose folder `path` (of the contents API) lies. */
  containing(path: string): Api.IAssignment | undefined {
    return this.assignments
      .filter(a => a.folder !== null && path.startsWith(`${a.folder}/`))
      .sort((a, b) => b.folder!.length - a.folder!.length)[0];
  }

  /** Tell that a view is shown (or no longer): without one nothing is asked. */
  watch(shown: boolean): void {
    this._watchers = Math.max(0, this._watchers + (shown ? 1 : -1));
    if (shown && this._watchers === 1) {
      void this.refresh();
    }
  }

  /** Read the courses if nobody has yet: for what must know where assignments lie. */
  async ensure(): Promise<void> {
    if (this._courses === null) {
      await this.refresh();
    }
  }

  /** Read the courses now. */
  async refresh(): Promise<void> {
    this._asked = true;
    await this._refreshOnce();
    if (this._asked && !this.isDisposed) {
      // The poll passes over what is asked while it reads, and that reading may have begun too early.
      await this._refreshOnce();
    }
  }

  dispose(): void {
    this._poll.dispose();
    super.dispose();
  }

  private async _refreshOnce(): Promise<void> {
    await this._poll.refresh();
    await this._poll.tick.catch(() => undefined);
  }

  private async _read(): Promise<void> {
    this._asked = false;
    this._underWay += 1;
    const turn = ++this._turn;
    try {
      const courses = await this._api.courses();
      if (turn !== this._turn) {
        // A later reading has overtaken this one, which may be of before a job's end.
        return;
      }
      this._courses = courses;
      this._error = null;
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      this._error = error;
      this._changed.emit();
      throw error;
    } finally {
      this._underWay -= 1;
    }
    this._changed.emit();
  }

  private _onJob(_: JobsModel, job: Api.IJob): void {
    if (!isRunning(job) && job.kind !== 'check') {
      void this.refresh();
    }
  }

  private _courses: Api.ICourses | null = null;
  private _error: ApiError | null = null;
  private _poll: Poll;
  private _watchers = 0;
  private _asked = false;
  private _turn = 0;
  private _underWay = 0;
}
