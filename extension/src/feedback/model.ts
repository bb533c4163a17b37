import { Api, ApiError } from '../api';
import { isRunning, JobsModel } from '../jobs/model';
import { Model } from '../model';
import { IClassroom } from '../tokens';
import { FeedbackError, parseFeedback } from './parse';

/** The feedback on one assignment: its submissions, and what the pages of one of them say. */
export class FeedbackModel extends Model {
  constructor(
    private readonly _classroom: Pick<IClassroom, 'api' | 'jobs' | 'trans'>,
    readonly course: string,
    readonly assignment: string,
    private _submission = ''
  ) {
    super();
    _classroom.jobs.moved.connect(this._onJob, this);
  }

  /** The assignment and its submissions; null before the server's answer. */
  get detail(): Api.IAssignmentDetail | null {
    return this._detail;
  }

  /** The chosen submission; empty if there is none. */
  get submission(): string {
    return this._submission;
  }

  /** What its pages say; null if none was fetched. */
  get feedback(): Api.IFeedback | null {
    return this._feedback;
  }

  /** The job that fetches, while it runs. */
  get job(): Api.IJob | null {
    return this._job;
  }

  get loading(): boolean {
    return this._loading;
  }

  /** What went wrong, in words; empty if nothing did. */
  get problem(): string {
    return this._problem;
  }

  /** Tell that the view is shown (or no longer): without one nothing is read. */
  watch(shown: boolean): void {
    this._shown = shown;
    if (shown && this._stale && !this._loading) {
      void this.load();
    }
  }

  /** Choose a submission and read what its pages say. */
  async select(submission: string): Promise<void> {
    this._submission = submission;
    await this.load();
  }

  /** Fetch what is ready, then read. */
  async fetch(): Promise<void> {
    if (this._fetching) {
      return;
    }
    const { api, jobs, trans } = this._classroom;
    this._fetching = true;
    let problem = '';
    try {
      this._job = await api.fetchFeedback(this.course, this.assignment);
      this._changed.emit();
      const ended = await jobs.finished(this._job);
      if (ended.state === 'failed') {
        problem = ended.error?.message ?? trans.__('Fetching failed.');
      }
    } catch (error) {
      problem = this._words(error);
    }
    this._fetching = false;
    this._job = null;
    // What was fetched earlier is shown, whatever became of this.
    await this.load();
    if (problem && !this.isDisposed) {
      this._problem = problem;
      this._changed.emit();
    }
  }

  async cancel(): Promise<void> {
    if (this._job) {
      try {
        await this._classroom.jobs.cancel(this._job);
      } catch (error) {
        this._problem = this._words(error);
        this._changed.emit();
      }
    }
  }

  /** Read the submissions, and the feedback on the chosen one. */
  async load(): Promise<void> {
    // Of several readings under way the last one counts.
    const reading = ++this._reading;
    this._loading = true;
    this._stale = false;
    this._problem = '';
    this._changed.emit();
    let problem = '';
    try {
      await this._read(() => reading !== this._reading || this.isDisposed);
    } catch (error) {
      problem = this._words(error);
    }
    if (reading === this._reading && !this.isDisposed) {
      this._loading = false;
      this._problem = problem;
      this._changed.emit();
    }
  }

  /** The HTML of a page of the chosen submission, of which nothing may run. */
  page(notebook: string): Promise<string> {
    const { api } = this._classroom;
    return api.feedbackPage(
      this.course,
      this.assignment,
      this._submission,
      notebook
    );
  }

  private async _read(isOver: () => boolean): Promise<void> {
    const { api } = this._classroom;
    const detail = await api.assignment(this.course, this.assignment);
    if (isOver()) {
      return;
    }
    this._detail = detail;
    const chosen = this._submission || newest(detail.history);
    if (chosen !== this._submission || chosen !== this._feedback?.submission) {
      this._submission = chosen;
      this._feedback = null;
    }
    const state = detail.history.find(entry => entry.id === chosen)?.feedback;
    if (chosen === '' || state === 'none' || state === 'ready') {
      this._feedback = null;
      return;
    }
    const answer = await api.feedback(this.course, this.assignment, chosen);
    const feedback = parseFeedback(answer);
    if (!isOver()) {
      this._feedback = feedback;
    }
  }

  private _words(error: unknown): string {
    if (error instanceof ApiError) {
      return error.message;
    }
    if (error instanceof FeedbackError) {
      return this._classroom.trans.__(
        'The server’s answer could not be read (%1). Reload this page; if that does not help, restart the server.',
        error.message
      );
    }
    throw error;
  }

  private _onJob(_: JobsModel, job: Api.IJob): void {
    if (job.course !== this.course || job.assignment !== this.assignment) {
      return;
    }
    if (job.id === this._job?.id) {
      this._job = job;
      this._changed.emit();
    } else if (!isRunning(job) && job.kind !== 'check' && !this._fetching) {
      // Fetched or submitted elsewhere: by another view, or in another tab.
      this._stale = true;
      this.watch(this._shown);
    }
  }

  private _detail: Api.IAssignmentDetail | null = null;
  private _feedback: Api.IFeedback | null = null;
  private _fetching = false;
  private _job: Api.IJob | null = null;
  private _loading = false;
  private _problem = '';
  private _reading = 0;
  private _shown = false;
  private _stale = true;
}

/** The newest submission with feedback here; the newest of all if there is none. */
function newest(history: readonly Api.ISubmission[]): string {
  const read = history.find(
    entry => entry.feedback === 'fetched' || entry.feedback === 'updated'
  );
  return (read ?? history[0])?.id ?? '';
}
