import { INotebookModel } from '@jupyterlab/notebook';
import { Debouncer } from '@lumino/polling';

import { Api, ApiError } from '../api';
import { isRunning, JobsModel } from '../jobs/model';
import { Model } from '../model';
import { IClassroom } from '../tokens';
import { IOpenCell, openCells } from './cells';
import { ChecksModel, ICheck, INotebookKey } from './checks';
import { compare, IDamage } from './compare';
import { IPlace, placesOf } from './places';
import { IQuestionRow, questionRows } from './questions';
import { restoreCell } from './restore';

/** Milliseconds of rest after which a changed notebook is looked at. */
const REST = 800;

/** What the classroom knows of one open notebook; empty for one of no assignment. */
export class NotebookState extends Model {
  /**
   * @param path - Of the notebook, as the contents API names it.
   * @param ready - Until then the model is empty, which says nothing of the notebook.
   * @param rest - Milliseconds without a change before the cells are looked at.
   */
  constructor(
    readonly model: INotebookModel,
    private readonly _classroom: IClassroom,
    private readonly _checks: ChecksModel,
    private _path: string,
    ready: Promise<void> = Promise.resolve(),
    rest = REST
  ) {
    super();
    this._look = new Debouncer(() => this._read(), rest);
    model.contentChanged.connect(this._onContent, this);
    _classroom.courses.changed.connect(this._onCourses, this);
    _classroom.jobs.moved.connect(this._onJob, this);
    _checks.changed.connect(this._onCheck, this);
    this._onCourses();
    void ready.then(() => {
      this._isReady = true;
      this._read();
    });
  }

  /** The assignment in whose folder the notebook lies. */
  get assignment(): Api.IAssignment | undefined {
    return this._assignment;
  }

  /** Which notebook of which assignment this is; null where it is none. */
  get key(): INotebookKey | null {
    return this._key;
  }

  get path(): string {
    return this._path;
  }

  set path(path: string) {
    this._path = path;
    this._onCourses();
  }

  get check(): ICheck | null {
    return this._key && this._checks.get(this._key);
  }

  /** Whether a check is about to begin, or runs. */
  get isChecking(): boolean {
    return this._key !== null && this._checks.isBusy(this._key);
  }

  /** Cells that are gone or changed, though grading needs them as they were released. */
  get damage(): readonly IDamage[] {
    return this._damage;
  }

  get questions(): readonly IQuestionRow[] {
    return this._questions;
  }

  dispose(): void {
    this._look.dispose();
    super.dispose();
  }

  /** Put a released cell back; see `restoreCell`. */
  restore(gradeId: string): number {
    const { sharedModel } = this.model;
    const index = restoreCell(sharedModel, this._released, gradeId, this._order);
    this._read();
    return index;
  }

  /** A question's title for messages, or the name of a cell that is none. */
  titleOf(gradeId: string): string {
    const question = this._questions.find(row => row.gradeId === gradeId);
    return question?.title ?? gradeId;
  }

  /**
   * Read the courses once, where nobody has, since the notebook may be of one. One without cells
   * of nbgrader is of none, and nothing is asked for it.
   */
  private async _ask(): Promise<void> {
    this._hasAsked = true;
    await this._classroom.courses.ensure();
    if (this._key && !this.isDisposed) {
      // A check may have been begun before this page was loaded, and have ended.
      await this._checks.recall().catch(ignoreProblem);
    }
  }

  private _onContent(): void {
    this._look.invoke().catch(() => {
      // Disposed while it waited.
    });
  }

  private _onCourses(): void {
    const before = JSON.stringify(this._key);
    this._assignment = this._classroom.courses.containing(this._path);
    this._key = keyOf(this._path, this._assignment);
    if (JSON.stringify(this._key) !== before) {
      this._released = [];
      void this._load();
    }
    this._read();
  }

  private _onJob(_: JobsModel, job: Api.IJob): void {
    const isOurs =
      job.course === this._key?.course &&
      job.assignment === this._key.assignment;
    if (isOurs && job.kind === 'fetch' && !isRunning(job)) {
      void this._load();
    }
  }

  private _onCheck(): void {
    if (this._key) {
      this._read();
    }
  }

  private async _load(): Promise<void> {
    const key = this._key;
    if (!key) {
      return;
    }
    try {
      const { course, assignment, notebook } = key;
      const { api } = this._classroom;
      const cells = await api.releasedCells(course, assignment, notebook);
      if (this._key === key && !this.isDisposed) {
        this._released = cells;
        this._read();
      }
    } catch (error) {
      // Without the released cells nothing can be compared, and the rest still works.
      ignoreProblem(error);
    }
  }

  private _read(): void {
    if (!this._isReady || this.isDisposed || this.model.isDisposed) {
      return;
    }
    const notebook = this.model.sharedModel;
    this._cells = openCells(notebook);
    this._damage = this._key ? compare(this._released, this._cells) : [];
    if (!this._damage.some(damage => damage.kind === 'missing')) {
      this._order = placesOf(notebook);
    }
    this._questions = this._key
      ? questionRows({
          cells: this._cells,
          described: this._assignment?.notebooks.find(
            ({ name }) => name === this._key?.notebook
          ),
          released: this._released,
          check: this.check?.result ?? null
        })
      : [];
    this._changed.emit();
    if (this._cells.length > 0 && !this._hasAsked) {
      void this._ask();
    }
  }

  private _assignment: Api.IAssignment | undefined;
  private _cells: IOpenCell[] = [];
  private _damage: IDamage[] = [];
  private _hasAsked = false;
  private _isReady = false;
  private _key: INotebookKey | null = null;
  private _look: Debouncer;
  private _order: IPlace[] = [];
  private _questions: IQuestionRow[] = [];
  private _released: Api.IReleasedCell[] = [];
}

/** The notebook of an assignment that lies at `path`: directly in its folder, and named by it. */
function keyOf(
  path: string,
  assignment: Api.IAssignment | undefined
): INotebookKey | null {
  if (!assignment) {
    return null;
  }
  const notebook = path
    .slice(`${assignment.folder}/`.length)
    .replace(/\.ipynb$/, '');
  const isKnown =
    assignment.notebooks.length === 0 ||
    assignment.notebooks.some(({ name }) => name === notebook);
  return isKnown && !notebook.includes('/')
    ? { course: assignment.course, assignment: assignment.id, notebook }
    : null;
}

function ignoreProblem(error: unknown): void {
  if (!(error instanceof ApiError)) {
    throw error;
  }
}
