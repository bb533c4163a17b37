/** Progress as a file: out of the Lab and back in. */

import { Api } from '../api';

const MOST_BYTES = 1 << 20;

/** What an imported progress would change. */
export interface IChanges {
  /** Resources that get a mark. */
  readonly added: number;
  /** Resources that lose theirs. */
  readonly removed: number;
  /** Marks of resources that this roadmap does not have; they are kept. */
  readonly unknown: number;
}

export function compareProgress(
  now: Api.IProgress,
  then: Api.IProgress,
  roadmap: Api.IRoadmap
): IChanges {
  const known = new Set(
    roadmap.parts.flatMap(part =>
      part.topics.flatMap(topic => topic.resources.map(r => r.id))
    )
  );
  const before = new Set(Object.keys(now.read));
  const after = new Set(Object.keys(then.read));
  return {
    added: [...after].filter(id => !before.has(id)).length,
    removed: [...before].filter(id => !after.has(id)).length,
    unknown: [...after].filter(id => !known.has(id)).length
  };
}

/** The text of a file, as progress; null where it is none. The server looks closer. */
export function parseProgress(text: string): Api.IProgress | null {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isTable(data) || data.schema !== 1 || !isTable(data.read)) {
    return null;
  }
  const read = data.read;
  return Object.values(read).every(when => typeof when === 'string')
    ? { schema: 1, read: read as Record<string, string> }
    : null;
}

/** Let the student choose a file; null where none is chosen, or it is too large to be one of ours. */
export function pickText(): Promise<string | null> {
  return new Promise(resolve => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.json,application/json';
    input.addEventListener('cancel', () => resolve(null));
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      if (!file) {
        return resolve(null);
      }
      // What is too large is told as what is no progress: nobody writes one of that size.
      resolve(file.size > MOST_BYTES ? '' : file.text().catch(() => ''));
    });
    input.click();
  });
}

/** Hand a text to the browser as a file to keep. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(
    new Blob([text], { type: 'application/json' })
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the address by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function isTable(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
