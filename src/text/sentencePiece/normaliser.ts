/** Normalises text as SentencePiece does (normalizer.cc): replacements, then spaces. */
import { Charsmap } from './charsmap';
import type { NormaliserSpec } from './modelFile';
import type { PrefixIndex } from './prefixIndex';

/** What stands for a space. */
export const SPACE_MARK = '\u2581';

/** Splits text into what is replaced as one. */
class Replacer {
  readonly #charsmap: Charsmap | undefined;
  readonly #kept: PrefixIndex | undefined;

  /** @param kept texts that are never replaced */
  constructor(charsmap: Uint8Array, where: string, kept?: PrefixIndex) {
    this.#charsmap = charsmap.length === 0 ? undefined : new Charsmap(charsmap, where);
    this.#kept = kept;
  }

  /** The replacements, in the order of the text: what is not replaced stands for itself. */
  *each(text: string): Generator<string> {
    const bytes = new TextEncoder().encode(text);
    let at = 0;
    let byte = 0;
    while (at < text.length) {
      const kept = this.#kept?.longest(text, at) ?? 0;
      const found = kept > 0 ? undefined : this.#charsmap?.longest(bytes, byte);
      const start = at;
      if (found === undefined) {
        const end = kept > 0 ? at + kept : at + characterLength(text, at);
        while (at < end) {
          byte += byteLength(text.codePointAt(at) ?? 0);
          at += characterLength(text, at);
        }
        yield text.slice(start, at);
      } else {
        for (const end = byte + found.length; byte < end; at += characterLength(text, at)) {
          byte += byteLength(text.codePointAt(at) ?? 0);
        }
        yield found.text;
      }
    }
  }
}

/** Normalises text before it is cut into pieces. */
export class Normaliser {
  readonly #spec: NormaliserSpec;
  readonly #isSuffix: boolean;
  readonly #replacer: Replacer;

  /**
   * @param isSuffix whether the mark of a space belongs to the word before it
   * @param kept texts that are never replaced
   * @throws FormatError for a damaged table
   */
  constructor(spec: NormaliserSpec, isSuffix: boolean, kept: PrefixIndex, where: string) {
    this.#spec = spec;
    this.#isSuffix = isSuffix;
    this.#replacer = new Replacer(spec.charsmap, where, kept);
  }

  normalise(given: string): string {
    const { addsDummyPrefix, removesExtraSpaces, escapesSpaces } = this.#spec;
    // As UTF-8 has it: half of a pair of surrogates is no character.
    const text = wellFormed(given);
    const mark = escapesSpaces ? SPACE_MARK : ' ';
    let written = '';
    let isStart = true;
    let isAfterSpace = removesExtraSpaces;
    for (const replacement of this.#replacer.each(text)) {
      if (isStart && removesExtraSpaces && replacement === ' ') continue;
      if (isStart && addsDummyPrefix && !this.#isSuffix) written += mark;
      isStart = false;
      const part = isAfterSpace ? replacement.replace(/^ +/u, '') : replacement;
      if (part !== '') {
        written += escapesSpaces ? part.replaceAll(' ', SPACE_MARK) : part;
        isAfterSpace = part.endsWith(' ');
      }
      if (!removesExtraSpaces) isAfterSpace = false;
    }
    if (isStart) return '';
    if (removesExtraSpaces) while (written.endsWith(mark)) written = written.slice(0, -1);
    return addsDummyPrefix && this.#isSuffix ? written + mark : written;
  }
}

/** Replaces parts of decoded text. */
export class Denormaliser {
  readonly #replacer: Replacer | undefined;

  /** @param charsmap a trie of replacements; empty for none  @throws FormatError for a damaged table */
  constructor(charsmap: Uint8Array, where: string) {
    this.#replacer = charsmap.length === 0 ? undefined : new Replacer(charsmap, where);
  }

  denormalise(text: string): string {
    return this.#replacer === undefined ? text : [...this.#replacer.each(text)].join('');
  }
}

/** Text whose halves of pairs of surrogates are replaced by U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** UTF-16 units of the character at a place. */
export function characterLength(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/** Bytes of a code point in UTF-8. */
function byteLength(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}
