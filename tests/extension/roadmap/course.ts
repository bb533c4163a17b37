/** A small course to test with; each part of it can be told otherwise. */

import { Api } from '../../../extension/src/api';
import { IRecord } from '../../../extension/src/roadmap/progress';
import { assignment as sample } from '../testing/samples';

export const NOW = new Date('2026-03-10T12:00:00Z');
export const DAY = 24 * 60 * 60 * 1000;

export function inDays(days: number): string {
  return new Date(NOW.getTime() + days * DAY).toISOString();
}

export function resource(
  id: string,
  more: Partial<Api.IResource> = {}
): Api.IResource {
  return {
    id,
    title: `Title of ${id}`,
    author: 'An Author',
    author_inferred: false,
    kind: 'article',
    url: `https://example.org/${id}`,
    moved_to: null,
    note: null,
    links: [],
    ...more
  };
}

export function topic(
  id: string,
  resources: number,
  more: Partial<Api.ITopic> = {}
): Api.ITopic {
  return {
    id,
    title: `Topic ${id}`,
    about: `What **${id}** is about.`,
    subtopics: [{ name: `Step of ${id}`, about: `How ${id} goes.`, links: [] }],
    resources: Array.from({ length: resources }, (_, n) =>
      resource(`${id}.r${n + 1}`)
    ),
    ...more
  };
}

export function notebook(
  id: string,
  more: Partial<Api.ISeedNotebook> = {}
): Api.ISeedNotebook {
  return {
    id,
    number: 1,
    title: `Notebook ${id}`,
    category: 'Quantization',
    url: `https://colab.example.org/${id}`,
    article: null,
    emoji: null,
    note: null,
    facts: { task: 'quantization' },
    ...more
  };
}

export function roadmap(more: Partial<Api.IRoadmap> = {}): Api.IRoadmap {
  return {
    source: {
      title: 'A course',
      author: 'Somebody',
      repository: 'https://example.org',
      license: 'Apache-2.0',
      as_of: '2024-07-28'
    },
    parts: [
      {
        id: 'basics',
        title: 'The basics',
        topics: [topic('b1', 2), topic('b2', 3)]
      },
      {
        id: 'science',
        title: 'The science',
        topics: [topic('s1', 1), topic('s2', 2), topic('s3', 0)]
      }
    ],
    notebooks: [
      notebook('n1'),
      notebook('n2', { category: 'Tools' }),
      notebook('n3')
    ],
    ...more
  };
}

export function assignment(
  id: string,
  more: Partial<Api.IAssignment> = {}
): Api.IAssignment {
  return sample({
    id,
    course: 'llm',
    title: `Assignment ${id}`,
    topics: [],
    due: null,
    ...more
  });
}

/** Submitted, graded, and the feedback read. */
export function graded(
  id: string,
  score: number,
  more: Partial<Api.IAssignment> = {}
): Api.IAssignment {
  return assignment(id, {
    folder: id,
    submissions: 1,
    submitted: inDays(-2),
    feedback: 'fetched',
    score,
    max_score: 10,
    ...more
  });
}

export function record(
  read: string[] = [],
  assignments: Api.IAssignment[] = [],
  map: Api.IRoadmap = roadmap()
): IRecord {
  return {
    roadmap: map,
    // Each a minute after the one before.
    read: Object.fromEntries(
      read.map((id, n) => [
        id,
        new Date(NOW.getTime() - DAY + n * 60_000).toISOString()
      ])
    ),
    assignments
  };
}

/** Numbers that are the same in every run (mulberry32). */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
