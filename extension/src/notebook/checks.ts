import { Api, ClassroomApi } from '../api';
import { isRunning, JobsModel } from '../jobs/model';
import { Model } from '../model';

/** Which notebook a check is of. */
export interface INotebookKey {
  course: string;
  assignment: string;
  /** Without `.ipynb`. */
  notebook: string;
}

/** What is known of the checks of one notebook. */
export interface ICheck {
  /** The check that runs; null if none does. */
  job: Api.IJob | null;
  /** What the last one that ended found. */
  result: Api.ICheckResult | null;
  /** Why the last one found nothing; may be empty. */
  error: string;
}

const NOTHING: ICheck = { job: null, result: null, error: '' };

/** Checks of notebooks in fresh kernels, whoever began them. */
export class ChecksModel extends Model {
  constructor(
    private readonly _api: ClassroomApi,
    private readonly _jobs: JobsModel
  ) {
    super();
    this._jobs.moved.connect(this._onMoved, this);
  }

  get(key: INotebookKey): ICheck {
    return this._checks.get(nameOf(key)) ?? NOTHING;
  }

  /**
   * Save a notebook and check what was saved.
   *
   * @returns Whether the check ran to its end.
   */
  async run(key: INotebookKey, save: () => Promise<void>): Promise<boolean> {
    const name = nameOf(key);
    if (this._starting.has(name) || this.get(key).job) {
      return false;
    }
    this._starting.add(name);
    this._set(key, { error: '' });
    try {
      await save();
      const { course, assignment, notebook } = key;
      const job = await this._api.check(course, assignment, notebook);
      return (await this._jobs.finished(job)).state === 'done';
    } catch (error) {
      this._set(key, { job: null, error: messageOf(error) });
      return false;
    } finally {
      this._starting.delete(name);
      this._changed.emit();
    }
  }

  /** Whether a check is about to begin, or runs. */
  isBusy(key: INotebookKey): boolean {
    return this._starting.has(nameOf(key)) || this.get(key).job !== null;
  }

  async cancel(key: INotebookKey): Promise<void> {
    const { job } = this.get(key);
    if (!job) {
      return;
    }
    try {
      await this._jobs.cancel(job);
    } catch (error) {
      this._set(key, { error: messageOf(error) });
    }
  }

  /** Learn of the checks that the server remembers. */
  async recall(): Promise<void> {
    for (const job of await this._api.jobs()) {
      if (isRunning(job)) {
        this._jobs.add(job);
      } else {
        this._onMoved(this._jobs, job);
      }
    }
  }

  private _onMoved(_: JobsModel, job: Api.IJob): void {
    if (job.kind !== 'check' || job.notebook === null) {
      return;
    }
    const { course, assignment, notebook } = job;
    const key = { course, assignment, notebook };
    if (isRunning(job)) {
      this._set(key, { job, error: '' });
    } else if (this._isNews(key, job)) {
      this._ended.set(nameOf(key), job.finished ?? '');
      this._set(key, {
        job: null,
        result: resultOf(job) ?? this.get(key).result,
        error: job.error?.message ?? ''
      });
    }
  }

  /** Whether a job ended after the last one that is known: a list of them is in no order. */
  private _isNews(key: INotebookKey, job: Api.IJob): boolean {
    const running = this.get(key).job;
    const last = this._ended.get(nameOf(key)) ?? '';
    return running ? running.id === job.id : (job.finished ?? '') >= last;
  }

  private _set(key: INotebookKey, changes: Partial<ICheck>): void {
    this._checks.set(nameOf(key), { ...this.get(key), ...changes });
    this._changed.emit();
  }

  private _checks = new Map<string, ICheck>();
  private _ended = new Map<string, string>();
  private _starting = new Set<string>();
}

function nameOf(key: INotebookKey): string {
  return JSON.stringify([key.course, key.assignment, key.notebook]);
}

function resultOf(job: Api.IJob): Api.ICheckResult | null {
  return job.result && 'questions' in job.result ? job.result : null;
}

function messageOf(error: unknown): string {
  return error instanceof Error
    ? error.message
    : String(error);
}
