/**
 * A strict JSON reader for file headers. The caller requests values of the types that it expects,
 * so that unexpected values are never built, and nesting is only as deep as the caller's code.
 * Duplicate keys, byte-order marks, invalid UTF-8, lone surrogates, fractions and trailing text are
 * errors. Only strings, unsigned integers, arrays and objects are supported.
 */
import { FormatError, shortened } from '../core/errors';

/** Digits of the largest unsigned 64-bit integer, which bounds the cost of BigInt(). */
const MAX_DIGITS = 20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether the text has a lone surrogate, which UTF-8 cannot encode. */
export function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

/** Untrusted text for a message: quoted, escaped, at most 80 characters. */
export function quoted(text: string): string {
  return JSON.stringify(shortened(text));
}

/** Reads values from a JSON text in order. The time is linear in the length of the text. */
export class StrictJsonReader {
  readonly #where: string;
  readonly #text: string;
  readonly #maxMembers: number;
  #at = 0;

  /**
   * @param where names the text in messages
   * @param bytes the UTF-8 text
   * @param maxMembers maximum number of members of an object
   * @throws FormatError if the bytes are not UTF-8
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

  /** A FormatError that names the current position. */
  error(message: string): FormatError {
    return new FormatError(`${this.#where}, character ${this.#at}: ${message}`);
  }

  /**
   * Reads an object; `readMember` must read the value of each member.
   * @throws FormatError if the next value is not an object, or it has a duplicate key or too many
   *   members
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
   * Reads an array; `readItem` must read each item, and may throw if there are too many.
   * @throws FormatError if the next value is not an array
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

  /**
   * Reads a string.
   * @throws FormatError if the next value is not a string, or has a lone surrogate
   */
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

  /**
   * Reads an integer.
   * @throws FormatError unless it has at most 20 digits, without fraction or exponent
   */
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

  /** Ends reading. @throws FormatError if anything but white space is left */
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
