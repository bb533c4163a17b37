import { Api, ApiError, ClassroomApi } from '../api';
import { Model } from '../model';

/** The roadmap, and what the student has marked as read. */
export class RoadmapModel extends Model {
  /** @param _now - The clock, for marks that the server has not answered yet. */
  constructor(
    private readonly _api: ClassroomApi,
    private readonly _now: () => Date = () => new Date()
  ) {
    super();
  }

  /** Null before the server's answer. */
  get roadmap(): Api.IRoadmap | null {
    return this._roadmap;
  }

  /** What the server said last, with the marks that are on their way; null before its answer. */
  get progress(): Api.IProgress | null {
    return this._shown;
  }

  /** Why the last reading failed; null when it did not. */
  get error(): ApiError | null {
    return this._error;
  }

  /** Why the last mark was not kept; null when it was. */
  get problem(): ApiError | null {
    return this._problem;
  }

  /** Read both, the roadmap once only; what goes wrong stands in `error`. */
  load(): Promise<void> {
    this._loading ??= this._load().finally(() => (this._loading = null));
    return this._loading;
  }

  isRead(resource: string): boolean {
    return Object.prototype.hasOwnProperty.call(
      this._shown?.read ?? {},
      resource
    );
  }

  /** Mark a resource: shown at once, taken back if the server refuses. */
  markRead(resource: string, read: boolean): Promise<void> {
    this._pending.set(resource, read);
    this._show();
    return this._inOrder(async () => {
      try {
        this._progress = await this._api.markRead(resource, read);
        this._problem = null;
      } catch (error) {
        this._problem = known(error);
      }
      if (this._pending.get(resource) === read) {
        this._pending.delete(resource);
      }
      this._show();
    });
  }

  /** Replace what is marked. */
  importProgress(progress: Api.IProgress): Promise<void> {
    return this._inOrder(async () => {
      this._progress = await this._api.importProgress(progress);
      this._show();
    });
  }

  private async _load(): Promise<void> {
    try {
      const [roadmap, progress] = await Promise.all([
        this._roadmap ?? this._api.roadmap(),
        this._inOrder(() => this._api.progress())
      ]);
      this._roadmap = roadmap;
      this._progress = progress;
      this._error = null;
    } catch (error) {
      this._error = known(error);
    }
    this._show();
  }

  /** One request after the other, so that an older answer never covers a newer one. */
  private _inOrder<T>(request: () => Promise<T>): Promise<T> {
    const answer = this._last.then(request);
    this._last = answer.catch(() => undefined);
    return answer;
  }

  private _show(): void {
    if (this._progress) {
      const read = { ...this._progress.read };
      for (const [resource, marked] of this._pending) {
        if (!marked) {
          delete read[resource];
        } else {
          read[resource] ??= this._now().toISOString();
        }
      }
      this._shown = { ...this._progress, read };
    }
    this._changed.emit();
  }

  private _error: ApiError | null = null;
  private _last: Promise<unknown> = Promise.resolve();
  private _loading: Promise<void> | null = null;
  private _pending = new Map<string, boolean>();
  private _problem: ApiError | null = null;
  private _progress: Api.IProgress | null = null;
  private _roadmap: Api.IRoadmap | null = null;
  private _shown: Api.IProgress | null = null;
}

function known(error: unknown): ApiError {
  if (!(error instanceof ApiError)) {
    throw error;
  }
  return error;
}
