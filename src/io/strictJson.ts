/**
 * A strict JSON reader for file headers, driven by the schema of its caller: each call takes one
 * value of the type expected next, so that nothing unexpected is ever built and nesting is only as
 * deep as the caller's code. Duplicate keys, a byte-order mark, broken UTF-8, lone surrogates,
 * fractions and anything after the value are refused. Reads strings, unsigned integers, arrays and
 * objects only; it is no replacement for JSON.parse on trusted text.
 */
import { FormatError } from '../core/errors';

/** Digits of the largest unsigned 64-bit number; bounds the cost of BigInt(). */
const MAX_DIGITS = 20;
const MAX_QUOTED_LENGTH = 80;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** True if the text has a surrogate without its other half, which UTF-8 cannot hold. */
export function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

/** Foreign text as a message shows it: quoted, escaped, at most 80 characters. */
export function quoted(text: string): string {
  const short = text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH)}...` : text;
  return JSON.stringify(short);
}

/** Takes one value after the other from a JSON text. Work is linear in the text's length. */
export class StrictJsonReader {
  readonly #where: string;
  readonly #text: string;
  readonly #maxMembers: number;
  #at = 0;

  /**
   * @param where names the text in messages
   * @param bytes the UTF-8 text
   * @param maxMembers most members an object may have
   * @throws FormatError when the bytes are not UTF-8
   */
  constructor(where: string, bytes: Uint8Array, maxMembers: number) {
    this.#where = where;
    this.#maxMembers = maxMembers;
    try {
      this.#text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (cause) {
      throw new FormatError(`${where}: not valid UTF-8; the file is damaged or of another format`, {
        cause,
      });
    }
  }

  /** A FormatError that names the place reached. */
  error(message: string): FormatError {
    return new FormatError(`${this.#where}, character ${this.#at}: ${message}`);
  }

  /**
   * Takes an object; `readMember` takes the member's value.
   * @throws FormatError when it is no object, has a key twice or too many members
   */
  readObject(readMember: (key: string) => void): void {
    this.#expect('{', 'an object');
    if (this.#take('}')) return;
    const seen = new Set<string>();
    do {
      const key = this.readString();
      if (seen.has(key)) throw this.error(`key ${quoted(key)} occurs twice`);
      if (seen.size === this.#maxMembers) {
        throw this.error(`the object has more than ${this.#maxMembers} members`);
      }
      seen.add(key);
      this.#expect(':', `':' after key ${quoted(key)}`);
      readMember(key);
    } while (this.#take(','));
    this.#expect('}', "',' or '}'");
  }

  /**
   * Takes an array; `readItem` takes the item's value, and may throw when there are too many.
   * @throws FormatError when it is no array
   */
  readArray(readItem: (index: number) => void): void {
    this.#expect('[', 'an array');
    if (this.#take(']')) return;
    let index = 0;
    do {
      readItem(index++);
    } while (this.#take(','));
    this.#expect(']', "',' or ']'");
  }

  /** @throws FormatError when it is no string, or one that UTF-8 cannot hold */
  readString(): string {
    this.#expect('"', 'a string');
    const start = this.#at;
    let isEscaped = false;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === QUOTE) break;
      // The comparison is false for NaN, at the end of the text.
      if (!(code >= 0x20)) throw this.error(`expected the string's end, found ${this.#found()}`);
      this.#at++;
      if (code !== BACKSLASH) continue;
      isEscaped = true;
      const known = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;
      known.lastIndex = this.#at;
      if (!known.test(this.#text)) throw this.error(`unknown escape \\${this.#found()}`);
      this.#at = known.lastIndex;
    }
    const text = this.#text.slice(start, this.#at++);
    if (!isEscaped) return text;
    const value = String(JSON.parse(`"${text}"`));
    if (hasLoneSurrogate(value)) throw this.error(`string ${quoted(value)} has a lone surrogate`);
    return value;
  }

  /** @throws FormatError when it is no whole number of at most 20 digits (also for 2.0 and 2e0) */
  readUnsigned(): bigint {
    this.#skipSpace();
    const digits = /^(?:0|[1-9][0-9]*)(?![0-9.eE])/.exec(
      this.#text.slice(this.#at, this.#at + MAX_DIGITS + 1),
    )?.[0];
    if (digits === undefined || digits.length > MAX_DIGITS) {
      throw this.error(
        `expected a whole number of at most ${MAX_DIGITS} digits, found ${this.#found()}`,
      );
    }
    this.#at += digits.length;
    return BigInt(digits);
  }

  /** @throws FormatError unless only white space is left */
  finish(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) {
      throw this.error(`expected the end, found ${this.#found()}`);
    }
  }

  #skipSpace(): void {
    const space = /[ \n\r\t]*/y;
    space.lastIndex = this.#at;
    space.test(this.#text);
    this.#at = space.lastIndex;
  }

  #take(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string, what: string): void {
    if (!this.#take(character)) throw this.error(`expected ${what}, found ${this.#found()}`);
  }

  #found(): string {
    if (this.#at >= this.#text.length) return 'the end';
    return quoted(this.#text.slice(this.#at, this.#at + 24));
  }
}
