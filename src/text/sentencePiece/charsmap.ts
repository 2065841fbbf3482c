/**
 * SentencePiece's table of replacements (`precompiled_charsmap`): the size of a trie in bytes, a
 * double-array trie over UTF-8 in the layout of Darts-clone, and the replacements, each ended by 0.
 */
import { FormatError } from '../../core/errors';

const HAS_LEAF = 1 << 8;
const LABEL = 0x8000_00ff;

/** A replacement, and the number of bytes that it stands for. */
export interface Replacement {
  readonly text: string;
  readonly length: number;
}

export class Charsmap {
  readonly #units: Uint32Array;
  readonly #texts: Uint8Array;
  readonly #decoded = new Map<number, string>();

  /** @throws FormatError for a table whose parts do not fit */
  constructor(bytes: Uint8Array, where: string) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const size = bytes.length < 4 ? -1 : view.getUint32(0, true);
    if (size < 4 || size % 4 !== 0 || 4 + size >= bytes.length || bytes.at(-1) !== 0) {
      throw new FormatError(
        `${where}: expected a table of replacements in precompiled_charsmap, found ` +
          `${bytes.length} bytes, whose trie would have ${size}`,
      );
    }
    this.#units = Uint32Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
    this.#texts = bytes.subarray(4 + size);
  }

  /** The replacement of the longest sequence that stands at a place of UTF-8 text. */
  longest(text: Uint8Array, start: number): Replacement | undefined {
    return this.#find(text, start, false);
  }

  /** The replacement of the shortest sequence that stands at the beginning of UTF-8 text. */
  shortest(text: Uint8Array): Replacement | undefined {
    return this.#find(text, 0, true);
  }

  #find(text: Uint8Array, start: number, isShortest: boolean): Replacement | undefined {
    const units = this.#units;
    let node = offsetOf(units[0] ?? 0);
    let found: number | undefined;
    let length = 0;
    for (let at = start; at < text.length; at++) {
      const byte = text[at] ?? 0;
      node ^= byte;
      const unit = units[node] ?? 0;
      if ((unit & LABEL) >>> 0 !== byte || node >= units.length) break;
      node ^= offsetOf(unit);
      if ((unit & HAS_LEAF) !== 0) {
        found = (units[node] ?? 0) & 0x7fff_ffff;
        length = at + 1 - start;
        if (isShortest) break;
      }
    }
    return found === undefined ? undefined : { text: this.#text(found), length };
  }

  #text(at: number): string {
    const known = this.#decoded.get(at);
    if (known !== undefined) return known;
    const end = this.#texts.indexOf(0, at);
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
      this.#texts.subarray(at, Math.max(at, end)),
    );
    this.#decoded.set(at, text);
    return text;
  }
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
