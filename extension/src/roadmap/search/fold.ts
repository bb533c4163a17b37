/** Texts as one types them: without case and accents. */

const ACCENTS = /\p{M}/gu;

export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(ACCENTS, '');
}

/** Where a folded word stands: at a word's beginning if it does so anywhere; -1 if nowhere. */
export function find(
  folded: string,
  word: string
): { index: number; prefix: boolean } {
  let first = -1;
  for (
    let index = folded.indexOf(word);
    index >= 0;
    index = folded.indexOf(word, index + 1)
  ) {
    if (index === 0 || !LETTER.test(folded[index - 1])) {
      return { index, prefix: true };
    }
    first = first < 0 ? index : first;
  }
  return { index: first, prefix: false };
}

/** A text that is folded once, and knows where each folded letter stood. */
export class FoldedText {
  constructor(readonly text: string) {
    let folded = '';
    for (const letter of text) {
      // Most are plain, and there are many.
      const part = letter < '\x80' ? letter.toLowerCase() : fold(letter);
      for (let i = 0; i < part.length; i++) {
        this._starts.push(this._at);
      }
      folded += part;
      this._at += letter.length;
    }
    this.folded = folded;
  }

  readonly folded: string;

  /** The text in pieces, those that match some of the words marked. */
  mark(words: readonly string[]): { text: string; marked: boolean }[] {
    const marked = new Array<boolean>(this.text.length).fill(false);
    for (const word of words) {
      const { index } = find(this.folded, word);
      if (index >= 0) {
        marked.fill(
          true,
          this._starts[index],
          this._end(index + word.length - 1)
        );
      }
    }
    const pieces: { text: string; marked: boolean }[] = [];
    for (let i = 0; i < this.text.length; i++) {
      const last = pieces[pieces.length - 1];
      if (last && last.marked === marked[i]) {
        last.text += this.text[i];
      } else {
        pieces.push({ text: this.text[i], marked: marked[i] });
      }
    }
    return pieces;
  }

  /** Where the letter of a folded position ends, with the accents that follow it. */
  private _end(index: number): number {
    const start = this._starts[index];
    for (let next = index + 1; next < this._starts.length; next++) {
      if (this._starts[next] > start) {
        return this._starts[next];
      }
    }
    return this.text.length;
  }

  private _at = 0;
  private _starts: number[] = [];
}

const LETTER = /[\p{L}\p{N}]/u;
