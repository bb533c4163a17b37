import { Api } from '../api';

/** Which topics and which seed notebooks belong together. */
export class Relations {
  constructor(roadmap: Api.IRoadmap, assignments: readonly Api.IAssignment[]) {
    const topics = roadmap.parts.flatMap(part => part.topics);
    for (const notebook of roadmap.notebooks) {
      for (const topic of topics) {
        const assigned = assignments.some(
          a =>
            a.seed_notebooks.includes(notebook.id) &&
            a.topics.includes(topic.id)
        );
        if (assigned || namesArticle(topic, notebook)) {
          put(this._topics, notebook.id, topic);
          put(this._notebooks, topic.id, notebook);
        }
      }
    }
  }

  topicsOf(notebook: string): readonly Api.ITopic[] {
    return this._topics.get(notebook) ?? [];
  }

  notebooksOf(topic: string): readonly Api.ISeedNotebook[] {
    return this._notebooks.get(topic) ?? [];
  }

  private _topics = new Map<string, Api.ITopic[]>();
  private _notebooks = new Map<string, Api.ISeedNotebook[]>();
}

/** Whether a topic sends its reader to the notebook, or to the article about it. */
function namesArticle(topic: Api.ITopic, notebook: Api.ISeedNotebook): boolean {
  const named = [
    ...topic.resources.flatMap(r => [r.url, r.moved_to, ...urls(r.links)]),
    ...topic.subtopics.flatMap(s => urls(s.links))
  ];
  return [notebook.url, notebook.article].some(
    url => url !== null && named.includes(url)
  );
}

function urls(links: readonly Api.ILink[]): string[] {
  return links.map(link => link.url);
}

function put<T>(map: Map<string, T[]>, key: string, value: T): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}
