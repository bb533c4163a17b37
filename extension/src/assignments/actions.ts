import { Api, ApiError, ClassroomApi } from '../api';
import { isRunning, JobsModel } from '../jobs/model';
import { Model } from '../model';

/** How the last thing that was done with an assignment ended. */
export interface IOutcome {
  kind: Api.JobKind | 'restore' | 'cancel';
  state: 'done' | 'failed' | 'cancelled';
  problem: Api.IProblem | null;
  /** Of a fetch: files that the student has changed, which stayed as they are. */
  kept?: string[];
  /** Of a restored file: where the student's copy is now, relative to the folder. */
  restored?: { path: string; kept: string | null };
}

/** What the checks of an assignment's notebooks said last. */
export interface IChecks {
  /** By notebook. */
  results: ReadonlyMap<string, Api.ICheckResult>;
  /** Notebooks whose check came to nothing, and why. */
  problems: ReadonlyMap<string, Api.IProblem>;
  /** Where a run over all notebooks is; null when there is none. */
  at: { notebook: string; index: number; total: number } | null;
}

const NOTHING: IChecks = { results: new Map(), problems: new Map(), at: null };

/**
 * What is being done with assignments, and how it ended.
 *
 * A job is told of by its own request or by an event, so that every tab of a server shows the
 * same; starting what is already going on is waiting for it.
 */
export class ActionsModel extends Model {
  constructor(
    private readonly _api: ClassroomApi,
    private readonly _jobs: JobsModel
  ) {
    super();
    this._jobs.moved.connect(this._onJob, this);
  }

  /** Whether a thing of that kind goes on, so that it cannot be started. */
  isBusy(a: Api.IAssignment, kind: Api.JobKind): boolean {
    // What reads and what writes the folder wait for one another.
    const kinds: Api.JobKind[] =
      kind === 'fetch' || kind === 'submit' ? ['fetch', 'submit'] : [kind];
    return kinds.some(
      other =>
        this._pending.has(keyOf(a, other)) ||
        this._jobs.running(a.course, a.id, other) !== undefined
    );
  }

  /** Jobs that run on it. */
  running(a: Api.IAssignment): Api.IJob[] {
    return this._jobs.runningOn(a.course, a.id);
  }

  /** How the last thing ended; null when something has been started since. */
  outcome(a: Api.IAssignment): IOutcome | null {
    return this._outcomes.get(keyOf(a)) ?? null;
  }

  checks(a: Api.IAssignment): IChecks {
    return this._checks.get(keyOf(a)) ?? NOTHING;
  }

  /** The receipt of a submission that this Lab has seen. */
  receipt(a: Api.IAssignment, submission: string): Api.IReceipt | null {
    return this._receipts.get(keyOf(a, submission)) ?? null;
  }

  /**
   * Fetch it, or what a new release brings; null if nothing was started.
   *
   * @param prepare - What comes first, such as saving; false calls it off.
   */
  fetch(a: Api.IAssignment, prepare = yes): Promise<Api.IJob | null> {
    return this._once(a, 'fetch', async () =>
      (await prepare())
        ? this._run(a, 'fetch', () => this._api.fetch(a.course, a.id))
        : null
    );
  }

  /** Hand in what is saved; the job's result is the receipt. */
  submit(a: Api.IAssignment, prepare = yes): Promise<Api.IJob | null> {
    return this._once(a, 'submit', async () =>
      (await prepare())
        ? this._run(a, 'submit', () => this._api.submit(a.course, a.id))
        : null
    );
  }

  /** Check saved notebooks in fresh kernels, one after the other. */
  checkAll(
    a: Api.IAssignment,
    notebooks: readonly string[],
    prepare = yes
  ): Promise<void> {
    return this._once(a, 'check', async () => {
      const total = notebooks.length;
      if (!(await prepare())) {
        return;
      }
      try {
        for (const [index, notebook] of notebooks.entries()) {
          this._setChecks(a, { at: { notebook, index, total } });
          const job = await this._run(a, 'check', () =>
            this._api.check(a.course, a.id, notebook)
          );
          if (!job || job.state === 'cancelled') {
            return;
          }
        }
      } finally {
        this._setChecks(a, { at: null });
      }
    });
  }

  /** Put a file back as it was fetched; whether that could be done. */
  async restore(a: Api.IAssignment, path: string): Promise<boolean> {
    try {
      const restored = await this._api.restore(a.course, a.id, path);
      this._end(a, { kind: 'restore', state: 'done', problem: null, restored });
      return true;
    } catch (error) {
      this._refused(a, 'restore', error);
      return false;
    }
  }

  async cancel(a: Api.IAssignment, job: Api.IJob): Promise<void> {
    try {
      await this._jobs.cancel(job);
    } catch (error) {
      if (isRunning(job)) {
        this._refused(a, 'cancel', error);
      }
    }
  }

  /** Forget how the last thing ended. */
  dismiss(a: Api.IAssignment): void {
    this._outcomes.delete(keyOf(a));
    this._changed.emit();
  }

  private _once<T>(
    a: Api.IAssignment,
    kind: Api.JobKind,
    act: () => Promise<T>
  ): Promise<T> {
    const key = keyOf(a, kind);
    const pending = this._pending.get(key) as Promise<T> | undefined;
    if (pending) {
      return pending;
    }
    const started = act().finally(() => {
      this._pending.delete(key);
      this._changed.emit();
    });
    this._pending.set(key, started);
    this._changed.emit();
    return started;
  }

  private async _run(
    a: Api.IAssignment,
    kind: Api.JobKind,
    request: () => Promise<Api.IJob>
  ): Promise<Api.IJob | null> {
    this._outcomes.delete(keyOf(a));
    try {
      return await this._jobs.finished(await request());
    } catch (error) {
      this._refused(a, kind, error);
      return null;
    }
  }

  private _refused(
    a: Api.IAssignment,
    kind: IOutcome['kind'],
    error: unknown
  ): void {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    const { message, code } = error;
    this._end(a, { kind, state: 'failed', problem: { message, code } });
  }

  private _end(a: IKey, outcome: IOutcome): void {
    this._outcomes.set(keyOf(a), outcome);
    this._changed.emit();
  }

  private _onJob(_: JobsModel, job: Api.IJob): void {
    const a = { course: job.course, id: job.assignment };
    if (isRunning(job)) {
      this._outcomes.delete(keyOf(a));
    } else {
      const { kind, error } = job;
      const state = job.state as IOutcome['state'];
      const fetched = kind === 'fetch' ? (job.result as Api.IFetched | null) : null;
      this._outcomes.set(keyOf(a), {
        kind,
        state,
        problem: error,
        kept: fetched?.kept
      });
      this._keep(a, job);
    }
    this._changed.emit();
  }

  private _keep(a: IKey, job: Api.IJob): void {
    if (job.kind === 'check' && job.notebook) {
      const known = this._checks.get(keyOf(a)) ?? NOTHING;
      const results = new Map(known.results);
      const problems = new Map(known.problems);
      problems.delete(job.notebook);
      if (job.state === 'failed' && job.error) {
        problems.set(job.notebook, job.error);
      } else if (job.result) {
        results.set(job.notebook, job.result as Api.ICheckResult);
      }
      this._setChecks(a, { results, problems });
    } else if (job.kind === 'submit' && job.result) {
      const receipt = job.result as Api.IReceipt;
      this._receipts.set(keyOf(a, receipt.submission.id), receipt);
    }
  }

  private _setChecks(a: IKey, checks: Partial<IChecks>): void {
    const known = this._checks.get(keyOf(a)) ?? NOTHING;
    this._checks.set(keyOf(a), { ...known, ...checks });
    this._changed.emit();
  }

  private _pending = new Map<string, Promise<unknown>>();
  private _outcomes = new Map<string, IOutcome>();
  private _checks = new Map<string, IChecks>();
  private _receipts = new Map<string, Api.IReceipt>();
}

type IKey = Pick<Api.IAssignment, 'course' | 'id'>;

function yes(): Promise<boolean> {
  return Promise.resolve(true);
}

function keyOf(a: IKey, more = ''): string {
  return JSON.stringify([a.course, a.id, more]);
}
