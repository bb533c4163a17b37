import { Api, ApiError } from '../api';
import { Model } from '../model';
import { IClassroom } from '../tokens';

type Shared = Pick<IClassroom, 'api' | 'courses'>;

/** One assignment with its files and history, read again while somebody looks. */
export class AssignmentModel extends Model {
  constructor(
    private readonly _classroom: Shared,
    readonly course: string,
    readonly id: string
  ) {
    super();
    this._classroom.courses.changed.connect(this._onCourses, this);
  }

  /** Null before the server's answer. */
  get detail(): Api.IAssignmentDetail | null {
    return this._detail;
  }

  /** Why the last reading failed, or told what was known last; null when it did not. */
  get error(): Api.IProblem | null {
    return this._error ?? this._detail?.problem ?? null;
  }

  /** What is known: the list may be newer than the detail, and is there before it. */
  get assignment(): Api.IAssignment | null {
    const listed = this._classroom.courses.find(this.course, this.id);
    return listed ?? this._detail?.assignment ?? null;
  }

  dispose(): void {
    this.watch(false);
    super.dispose();
  }

  /** Tell that the view is shown (or no longer): without one nothing is asked. */
  watch(shown: boolean): void {
    if (shown === this._shown || this.isDisposed) {
      return;
    }
    this._shown = shown;
    const { courses } = this._classroom;
    courses.watch(shown);
    // Else the courses' answer makes it read.
    if (shown && !courses.isReading) {
      void this.load();
    }
  }

  /** Read it now. */
  async load(): Promise<void> {
    const turn = ++this._turn;
    let detail = this._detail;
    let error: ApiError | null = null;
    try {
      detail = await this._classroom.api.assignment(this.course, this.id);
    } catch (caught) {
      if (!(caught instanceof ApiError)) {
        throw caught;
      }
      error = caught;
    }
    // An answer that a later reading has overtaken says nothing.
    if (turn === this._turn && !this.isDisposed) {
      this._detail = detail;
      this._error = error;
      this._changed.emit();
    }
  }

  private _onCourses(): void {
    // In any case time has passed.
    this._changed.emit();
    // The list does not tell what became of a file: saved, damaged, restored.
    if (this._shown) {
      void this.load();
    }
  }

  private _shown = false;
  private _turn = 0;
  private _detail: Api.IAssignmentDetail | null = null;
  private _error: ApiError | null = null;
}
