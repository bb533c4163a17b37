import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** What the server answers, as `llm_classroom/openapi.yaml` describes it. */
export namespace Api {
  export interface IAbout {
    version: string;
    student: string;
    shared_account: boolean;
    notice: string;
  }

  export interface ILink {
    name: string;
    url: string;
    note: string | null;
  }

  export interface IResource {
    id: string;
    title: string;
    author: string;
    author_inferred: boolean;
    kind: string;
    url: string;
    moved_to: string | null;
    note: string | null;
    links: ILink[];
  }

  export interface ISubtopic {
    name: string;
    /** Markdown with formulas between dollars. */
    about: string;
    links: ILink[];
  }

  export interface ITopic {
    id: string;
    title: string;
    about: string;
    subtopics: ISubtopic[];
    resources: IResource[];
  }

  export interface IPart {
    id: string;
    title: string;
    topics: ITopic[];
  }

  export interface ISeedNotebook {
    id: string;
    number: number;
    title: string;
    category: string;
    url: string;
    article: string | null;
    emoji: string | null;
    note: string | null;
    facts: Record<string, string | string[]>;
  }

  export interface IRoadmap {
    source: {
      title: string;
      author: string;
      repository: string;
      license: string;
      as_of: string;
    };
    parts: IPart[];
    notebooks: ISeedNotebook[];
  }

  export interface IProgress {
    schema: 1;
    /** Ids of resources, and when each was marked (ISO 8601). */
    read: Record<string, string>;
  }

  export interface IProblem {
    message: string;
    code?: string;
  }

  export interface IQuestion {
    grade_id: string;
    kind: 'tests' | 'answer' | 'task';
    points: number;
    title: string;
    hidden_findings: number;
  }

  export interface INotebook {
    name: string;
    points: number | null;
    questions: IQuestion[];
  }

  export type FeedbackState = 'none' | 'ready' | 'updated' | 'fetched';

  export interface IAssignment {
    id: string;
    course: string;
    title: string;
    summary: string;
    minutes: number | null;
    topics: string[];
    seed_notebooks: string[];
    prerequisites: string[];
    /** Whether title, points and due date are known. */
    described: boolean;
    points: number | null;
    due: string | null;
    late: { plugin: string; method: string | null } | null;
    notebooks: INotebook[];
    /** Whether the exchange offers it now. */
    released: boolean;
    /** Where it was fetched to, as the contents API names it. */
    folder: string | null;
    release_changed: boolean | null;
    /** Released files that are gone from the folder. */
    missing: string[];
    submissions: number;
    submitted: string | null;
    feedback: FeedbackState;
    /** Of the newest submission whose feedback was fetched. */
    score: number | null;
    max_score: number | null;
  }

  export interface ICourse {
    id: string;
    assignments: IAssignment[];
  }

  export interface ICourses {
    student: string;
    courses: ICourse[];
    problem: IProblem | null;
  }

  export type FileState =
    | 'unchanged'
    | 'changed'
    | 'added'
    | 'missing'
    | 'damaged';

  export interface ISubmission {
    /** Its timestamp, as the exchange writes it. */
    id: string;
    submitted: string | null;
    late_seconds: number | null;
    hash: string;
    files: { path: string; size: number; sha256: string }[];
    feedback: FeedbackState;
    score: number | null;
    max_score: number | null;
  }

  export interface IAssignmentDetail {
    assignment: IAssignment;
    files: { path: string; state: FileState }[];
    /** The newest first. */
    history: ISubmission[];
    /** Why the exchange cannot be read, so that this is what was known last. */
    problem: IProblem | null;
  }

  export interface IReceipt {
    course: string;
    assignment: string;
    student: string;
    submission: ISubmission;
    graded: INotebook[];
    not_graded: string[];
    remarks: string[];
  }

  export interface IFetched {
    /** Files that the student has changed, which stayed as they are. */
    kept: string[];
  }

  /** One thing that a question measured. */
  export interface IFinding {
    name: string;
    passed: boolean;
    measured: number | string | boolean | null;
    wanted: string;
    unit: string;
    weight?: number;
    gate: boolean;
    hint: string;
    hidden: boolean;
    attempted: boolean;
    points?: number;
    max_points?: number;
  }

  /** What a check shows in a notebook; also the data of the report's MIME type. */
  export interface IQuestionReport {
    schema: number;
    question: string;
    title: string;
    state:
      | 'passed'
      | 'partial'
      | 'failed'
      | 'not attempted'
      | 'ungraded'
      | 'at grading';
    points: number | null;
    max_points: number | null;
    findings: IFinding[];
    hidden_remaining: number;
  }

  /** What a feedback page carries: see docs/nbgrader.md. */
  export interface IPageReport {
    schema: number;
    course: string;
    assignment: string;
    title: string;
    notebook: string;
    student: string;
    status: string;
    code: string;
    reason: string;
    cell: number | null;
    notes: string[];
    attempt: number | null;
    newer: {
      status: string;
      reason: string;
      submitted: string | null;
    } | null;
    times: {
      submitted: string | null;
      due: string | null;
      graded: string | null;
    };
    late_seconds: number;
    scores: {
      automatic: number | null;
      manual: number | null;
      extra_credit: number | null;
      late_penalty: number | null;
      final: number | null;
      max: number | null;
    };
    needs_manual_grade: boolean;
    questions: {
      grade_id: string;
      kind: 'tests' | 'answer' | 'task';
      title: string;
      state:
        | 'passed'
        | 'partial'
        | 'failed'
        | 'not attempted'
        | 'not graded yet';
      score: number | null;
      max_score: number;
      automatic: number | null;
      manual: number | null;
      extra_credit: number | null;
      needs_manual_grade: boolean;
      comment: string;
      findings: IFinding[];
    }[];
    comments: { grade_id: string; text: string }[];
  }

  export interface IFeedback {
    submission: string;
    reports: IPageReport[];
    /** Notebooks that have a page, with or without a report. */
    pages: string[];
    problems: string[];
    earlier: IPageReport[];
  }

  export interface IReleasedCell {
    grade_id: string;
    cell_type: 'code' | 'markdown' | 'raw';
    source: string;
    metadata: Record<string, unknown>;
    graded: boolean;
    locked: boolean;
    solution: boolean;
    after: string | null;
  }

  export interface ICheckResult {
    notebook: string;
    questions: {
      grade_id: string;
      state:
        | 'passed'
        | 'partial'
        | 'failed'
        | 'not attempted'
        | 'at grading'
        | 'not run';
      report: IQuestionReport | null;
      message: string;
    }[];
    error: string | null;
  }

  export type JobKind = 'fetch' | 'submit' | 'check' | 'feedback';

  export type JobStep =
    | 'waiting'
    | 'starting'
    | 'asking'
    | 'copying'
    | 'checking'
    | 'running'
    | 'writing'
    | 'cancelling';

  export interface IJob {
    id: string;
    kind: JobKind;
    course: string;
    assignment: string;
    notebook: string | null;
    state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
    step: JobStep;
    done: number;
    /** 0 where it is not known. */
    total: number;
    cancellable: boolean;
    result: IFetched | IReceipt | ICheckResult | null;
    error: IProblem | null;
    started: string | null;
    finished: string | null;
  }
}

/** The code of a problem: nobody has said yet where the course's exchange is. */
export const NOT_CONNECTED = 'NotConnected';

/** What the server said is wrong, in words for the person who asked. */
export class ApiError extends Error {
  constructor(
    message: string,
    /** The HTTP status; 0 where nobody answered. */
    readonly status: number,
    /** A fixed word for the cause. */
    readonly code: string
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** The server's part of the classroom, a method a route. */
export class ClassroomApi {
  constructor(readonly settings: ServerConnection.ISettings) {}

  about(): Promise<Api.IAbout> {
    return this._request('GET', ['about']);
  }

  roadmap(): Promise<Api.IRoadmap> {
    return this._request('GET', ['roadmap']);
  }

  progress(): Promise<Api.IProgress> {
    return this._request('GET', ['progress']);
  }

  importProgress(progress: Api.IProgress): Promise<Api.IProgress> {
    return this._request('PUT', ['progress'], progress);
  }

  markRead(resource: string, read: boolean): Promise<Api.IProgress> {
    const method = read ? 'PUT' : 'DELETE';
    return this._request(method, ['progress', 'read', resource]);
  }

  courses(): Promise<Api.ICourses> {
    return this._request('GET', ['courses']);
  }

  assignment(course: string, id: string): Promise<Api.IAssignmentDetail> {
    return this._request('GET', assignmentPath(course, id));
  }

  fetch(course: string, id: string): Promise<Api.IJob> {
    return this._request('POST', [...assignmentPath(course, id), 'fetch']);
  }

  submit(course: string, id: string): Promise<Api.IJob> {
    return this._request('POST', [...assignmentPath(course, id), 'submit']);
  }

  check(course: string, id: string, notebook: string): Promise<Api.IJob> {
    const path = [...assignmentPath(course, id), 'check'];
    return this._request('POST', path, { notebook });
  }

  fetchFeedback(course: string, id: string): Promise<Api.IJob> {
    return this._request('POST', [...assignmentPath(course, id), 'feedback']);
  }

  feedback(
    course: string,
    id: string,
    submission: string
  ): Promise<Api.IFeedback> {
    const path = [...assignmentPath(course, id), 'feedback', submission];
    return this._request('GET', path);
  }

  async feedbackPage(
    course: string,
    id: string,
    submission: string,
    notebook: string
  ): Promise<string> {
    const path = [
      ...assignmentPath(course, id),
      'feedback',
      submission,
      notebook
    ];
    return (await this._ask('GET', path)).text();
  }

  async releasedCells(
    course: string,
    id: string,
    notebook: string
  ): Promise<Api.IReleasedCell[]> {
    const path = [...assignmentPath(course, id), 'released', notebook];
    const answer = await this._request<{ cells: Api.IReleasedCell[] }>(
      'GET',
      path
    );
    return answer.cells;
  }

  restore(
    course: string,
    id: string,
    path: string
  ): Promise<{ path: string; kept: string | null }> {
    return this._request('POST', [...assignmentPath(course, id), 'restore'], {
      path
    });
  }

  async jobs(): Promise<Api.IJob[]> {
    return (await this._request<{ jobs: Api.IJob[] }>('GET', ['jobs'])).jobs;
  }

  job(id: string): Promise<Api.IJob> {
    return this._request('GET', ['jobs', id]);
  }

  cancel(id: string): Promise<Api.IJob> {
    return this._request('DELETE', ['jobs', id]);
  }

  private async _request<T>(
    method: string,
    path: string[],
    body?: unknown
  ): Promise<T> {
    return (await (await this._ask(method, path, body)).json()) as T;
  }

  private async _ask(
    method: string,
    path: string[],
    body?: unknown
  ): Promise<Response> {
    const url = URLExt.join(
      this.settings.baseUrl,
      'llm-classroom/api',
      ...path.map(encodeURIComponent)
    );
    const init: RequestInit = { method };
    if (body !== undefined) {
      init.body = JSON.stringify(body);
    }
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, init, this.settings);
    } catch (error) {
      throw new ApiError(String(error), 0, 'unreachable');
    }
    if (!response.ok) {
      throw await problem(response);
    }
    return response;
  }
}

function assignmentPath(course: string, id: string): string[] {
  return ['courses', course, 'assignments', id];
}

async function problem(response: Response): Promise<ApiError> {
  let message = `${response.status} ${response.statusText}`;
  let code = '';
  try {
    const body = (await response.json()) as Partial<Api.IProblem>;
    message = body.message || message;
    code = body.code ?? '';
  } catch {
    // Not from our handlers: a proxy, or a page that asks to log in.
  }
  return new ApiError(message, response.status, code);
}
