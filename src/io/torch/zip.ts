/**
 * Reads the entries of a zip archive that are stored without compression, as torch.save writes them
 * (PKWARE's APPNOTE, sections 4.3 to 4.5, with the sizes of zip64).
 */
import { FormatError } from '../../core/errors';

const END = 0x0605_4b50;
const END_64 = 0x0606_4b50;
const LOCATOR_64 = 0x0706_4b50;
const CENTRAL = 0x0201_4b50;
const LOCAL = 0x0403_4b50;

const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
/** Bytes of the longest comment behind the archive. */
const MOST_COMMENT = 0xffff;
/** What stands where a number needs 64 bits, which are then elsewhere. */
const ELSEWHERE = 0xffff_ffff;
const ZIP64_FIELD = 1;

/**
 * The entries by their names, as views of the archive.
 * @param where names the file in errors
 * @throws FormatError for bytes that are no whole archive, or an entry that is compressed
 */
export function readZip(bytes: Uint8Array, where: string): ReadonlyMap<string, Uint8Array> {
  return new ZipReader(bytes, where).entries();
}

class ZipReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #where: string;

  constructor(bytes: Uint8Array, where: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#where = where;
  }

  entries(): ReadonlyMap<string, Uint8Array> {
    const { count, start } = this.#directory();
    const found = new Map<string, Uint8Array>();
    let at = start;
    for (let i = 0; i < count; i++) {
      this.#expect(at, CENTRAL, CENTRAL_BYTES, `entry ${i} of the directory`);
      const [names, extras, comments] = [28, 30, 32].map((place) => this.#u16(at + place));
      const name = this.#text(at + CENTRAL_BYTES, names ?? 0);
      const next = at + CENTRAL_BYTES + (names ?? 0) + (extras ?? 0) + (comments ?? 0);
      if (this.#u16(at + 10) !== 0) {
        throw this.#error(`'${name}' is compressed, which torch.save never does`);
      }
      if (found.has(name)) throw this.#error(`'${name}' stands twice`);
      found.set(name, this.#entry(at, CENTRAL_BYTES + (names ?? 0), extras ?? 0, name));
      at = next;
    }
    return found;
  }

  /** Where the list of entries begins, and how many it has. */
  #directory(): { readonly count: number; readonly start: number } {
    const last = this.#bytes.length - END_BYTES;
    const least = Math.max(0, last - MOST_COMMENT);
    let at = last;
    while (at >= least && this.#u32(at) !== END) at--;
    if (at < least) throw this.#error('it is no zip archive, or its end is missing');
    const [count, start] = [this.#u16(at + 10), this.#u32(at + 16)];
    const locator = at - 20;
    if (locator < 0 || this.#u32(locator) !== LOCATOR_64) return { count, start };
    const end = this.#u64(locator + 8);
    this.#expect(end, END_64, 56, 'the end of the directory');
    return { count: this.#u64(end + 32), start: this.#u64(end + 48) };
  }

  /** The bytes of an entry, whose header in the directory is at a place. */
  #entry(at: number, extra: number, extraLength: number, name: string): Uint8Array {
    let [size, place] = [this.#u32(at + 24), this.#u32(at + 42)];
    const wide = this.#zip64(at + extra, extraLength);
    if (size === ELSEWHERE && wide !== undefined) {
      size = this.#u64(wide);
      // The compressed size, which is the same, comes before the place.
      if (place === ELSEWHERE)
        place = this.#u64(wide + (this.#u32(at + 20) === ELSEWHERE ? 16 : 8));
    } else if (place === ELSEWHERE && wide !== undefined) place = this.#u64(wide);
    this.#expect(place, LOCAL, LOCAL_BYTES, `'${name}'`);
    const begin = place + LOCAL_BYTES + this.#u16(place + 26) + this.#u16(place + 28);
    if (begin + size > this.#bytes.length) {
      throw this.#error(`'${name}' ends at byte ${begin + size}, behind the end of the file`);
    }
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + begin, size);
  }

  /** Where the numbers of 64 bits of an entry are. */
  #zip64(from: number, length: number): number | undefined {
    for (let at = from; at + 4 <= from + length; at += 4 + this.#u16(at + 2)) {
      if (this.#u16(at) === ZIP64_FIELD) return at + 4;
    }
    return undefined;
  }

  #expect(at: number, signature: number, length: number, what: string): void {
    const isThere = at >= 0 && at + length <= this.#bytes.length && this.#u32(at) === signature;
    if (!isThere) throw this.#error(`${what} is not at byte ${at}, where it should be`);
  }

  #text(at: number, length: number): string {
    this.#need(at, length);
    return new TextDecoder().decode(this.#bytes.subarray(at, at + length));
  }

  #u16(at: number): number {
    this.#need(at, 2);
    return this.#view.getUint16(at, true);
  }

  #u32(at: number): number {
    this.#need(at, 4);
    return this.#view.getUint32(at, true);
  }

  #u64(at: number): number {
    this.#need(at, 8);
    return Number(this.#view.getBigUint64(at, true));
  }

  #need(at: number, count: number): void {
    if (at < 0 || at + count > this.#bytes.length) {
      throw this.#error(`byte ${at} is needed of ${this.#bytes.length}`);
    }
  }

  #error(what: string): FormatError {
    return new FormatError(`${this.#where}: ${what}; is the file whole?`);
  }
}
