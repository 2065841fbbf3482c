/** Finds added tokens in text, which cut it: what is between them is tokenized by itself. */
import type { AddedToken } from './specialTokens';
import { trimEnd, trimStart } from './text';

export class AddedTokens {
  readonly #tokens: ReadonlyMap<string, AddedToken>;
  readonly #pattern: RegExp | undefined;

  constructor(tokens: readonly AddedToken[]) {
    // Normalising may leave nothing of a token, which is then not found.
    const found = tokens.filter(({ text }) => text !== '');
    this.#tokens = new Map(found.map((token) => [token.text, token]));
    this.#pattern = patternOf([...this.#tokens.keys()]);
  }

  /** The tokens in a text, and the texts between them, without white space that belongs to a token. */
  cut(text: string): readonly (AddedToken | string)[] {
    const segments = this.#pattern === undefined ? [text] : text.split(this.#pattern);
    return segments.map((segment, i) => {
      const added = i % 2 === 1 ? this.#tokens.get(segment) : undefined;
      if (added !== undefined) return added;
      const before = this.#tokens.get(segments[i - 1] ?? '');
      const after = this.#tokens.get(segments[i + 1] ?? '');
      const right = before?.stripsRight === true ? trimStart(segment) : segment;
      return after?.stripsLeft === true ? trimEnd(right) : right;
    });
  }
}

/** Finds any of the tokens, the longest one that begins at a place; undefined if there are none. */
function patternOf(tokens: readonly string[]): RegExp | undefined {
  if (tokens.length === 0) return undefined;
  const longestFirst = tokens.toSorted((a, b) => b.length - a.length);
  const escaped = longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&'));
  return new RegExp(`(${escaped.join('|')})`, 'u');
}
