import { Api } from '../../api';
import { find, fold, FoldedText } from './fold';

/** What can be found. */
export type Target =
  | { readonly kind: 'topic'; readonly topic: Api.ITopic }
  | {
      readonly kind: 'subtopic';
      readonly topic: Api.ITopic;
      readonly subtopic: Api.ISubtopic;
    }
  | {
      readonly kind: 'resource';
      readonly topic: Api.ITopic;
      readonly resource: Api.IResource;
    }
  | { readonly kind: 'notebook'; readonly notebook: Api.ISeedNotebook }
  | { readonly kind: 'assignment'; readonly assignment: Api.IAssignment };

export interface IHit {
  readonly target: Target;
  /** The title in pieces, those that match marked. */
  readonly title: { text: string; marked: boolean }[];
}

export interface IHits {
  /** The best ones first. */
  readonly shown: IHit[];
  /** How many there are, those that are not shown too. */
  readonly count: number;
}

interface IEntry {
  readonly target: Target;
  readonly title: FoldedText;
  /** Folded. */
  readonly text: string;
}

const MOST_LETTERS = 200;
const MOST_WORDS = 10;
const ORDER: Target['kind'][] = [
  'topic',
  'assignment',
  'notebook',
  'subtopic',
  'resource'
];

/** Everything that can be found, folded once; a search only compares texts. */
export class SearchIndex {
  /** @param parts - Entries that are already made, such as the roadmap's. */
  constructor(...parts: (readonly IEntry[])[]) {
    this._entries = parts
      .flat()
      .sort(
        (a, b) => ORDER.indexOf(a.target.kind) - ORDER.indexOf(b.target.kind)
      );
  }

  get size(): number {
    return this._entries.length;
  }

  /** Find what has all the words of a query, in its title or its text. */
  search(query: string, atMost = 30): IHits {
    const words = fold(query.slice(0, MOST_LETTERS))
      .split(/\s+/)
      .filter(word => word)
      .slice(0, MOST_WORDS);
    if (words.length === 0) {
      return { shown: [], count: 0 };
    }
    const found: { entry: IEntry; cost: number }[] = [];
    for (const entry of this._entries) {
      const cost = costOf(entry, words);
      if (cost !== null) {
        found.push({ entry, cost });
      }
    }
    // The sort is stable: a draw is decided by kind, then by the roadmap's order.
    found.sort((a, b) => a.cost - b.cost);
    return {
      shown: found.slice(0, atMost).map(({ entry }) => ({
        target: entry.target,
        title: entry.title.mark(words)
      })),
      count: found.length
    };
  }

  private _entries: readonly IEntry[];
}

/** Less is better, null where a word is missing: a title beats any text, a word's beginning its inside. */
function costOf(entry: IEntry, words: readonly string[]): number | null {
  let inText = 0;
  let inside = 0;
  let far = 0;
  for (const word of words) {
    const title = find(entry.title.folded, word);
    if (title.index >= 0) {
      inside += title.prefix ? 0 : 1;
      far += title.index > 0 ? 1 : 0;
      continue;
    }
    const text = find(entry.text, word);
    if (text.index < 0) {
      return null;
    }
    inText += 1;
    inside += text.prefix ? 0 : 1;
  }
  const base = MOST_WORDS + 1;
  return (inText * base + inside) * base + far;
}

/** The entries of the roadmap. */
export function entriesOfRoadmap(roadmap: Api.IRoadmap): readonly IEntry[] {
  const topics = roadmap.parts.flatMap(part => part.topics);
  return [
    ...topics.flatMap(topic => [
      entry({ kind: 'topic', topic }, topic.title, topic.about),
      ...topic.subtopics.map(subtopic =>
        entry(
          { kind: 'subtopic', topic, subtopic },
          subtopic.name,
          subtopic.about,
          topic.title,
          ...subtopic.links.map(link => link.name)
        )
      ),
      ...topic.resources.map(resource =>
        entry(
          { kind: 'resource', topic, resource },
          resource.title,
          resource.author,
          resource.kind,
          topic.title
        )
      )
    ]),
    ...roadmap.notebooks.map(notebook =>
      entry(
        { kind: 'notebook', notebook },
        notebook.title,
        notebook.category,
        ...Object.values(notebook.facts).flat()
      )
    )
  ];
}

/** The entries of the courses' assignments. */
export function entriesOfAssignments(
  assignments: readonly Api.IAssignment[]
): readonly IEntry[] {
  return assignments.map(assignment =>
    entry(
      { kind: 'assignment', assignment },
      assignment.title,
      assignment.id,
      assignment.course,
      assignment.summary,
      ...assignment.notebooks.flatMap(notebook =>
        notebook.questions.map(question => question.title)
      )
    )
  );
}

function entry(target: Target, title: string, ...texts: string[]): IEntry {
  return {
    target,
    title: new FoldedText(title),
    text: fold(texts.join('\n'))
  };
}
