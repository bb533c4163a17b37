/** A server of canned answers: the network's edge, so that everything of ours is real. */

import { ServerConnection } from '@jupyterlab/services';

import { Api, ClassroomApi } from '../../../extension/src/api';

/** Data, or a function from the request's body that gives them. */
type Answer = unknown;

/** An answer that is a problem. */
export class Refusal {
  constructor(
    readonly status: number,
    readonly body: Api.IProblem
  ) {}
}

export class CannedServer {
  /** `METHOD /path` of each request, in order. */
  readonly requests: string[] = [];

  readonly api: ClassroomApi;

  /** @param answers - By `METHOD /path`, such as `GET /courses`. */
  constructor(readonly answers: Record<string, Answer>) {
    const settings = ServerConnection.makeSettings({
      baseUrl: 'http://localhost/',
      fetch: (input, init) => this._fetch(input as Request, init)
    });
    this.api = new ClassroomApi(settings);
  }

  private async _fetch(
    input: Request,
    init?: RequestInit
  ): Promise<Response> {
    const url = new URL(typeof input === 'string' ? input : input.url);
    const path = decodeURIComponent(url.pathname).replace(
      '/llm-classroom/api',
      ''
    );
    const key = `${init?.method ?? input.method} ${path}`;
    this.requests.push(key);
    const known = this.answers[key];
    const text = init?.body ?? (await input.clone?.().text());
    // Saved documents are sent as files, which jsdom's requests turn into a word.
    const isJSON = typeof text === 'string' && !/^(\[object File\])?$/.test(text);
    const body: unknown = isJSON ? JSON.parse(text) : undefined;
    const answer: unknown =
      typeof known === 'function'
        ? await (known as (body: unknown) => unknown)(body)
        : known;
    if (answer === undefined) {
      return this._respond(404, { message: `No answer for ${key}` });
    }
    return answer instanceof Refusal
      ? this._respond(answer.status, answer.body)
      : this._respond(200, answer);
  }

  private _respond(status: number, body: unknown): Response {
    return new Response(JSON.stringify(body), { status });
  }
}
