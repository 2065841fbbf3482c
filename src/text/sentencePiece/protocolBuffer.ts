/** Reads messages in the wire format of protocol buffers (protobuf.dev/programming-guides/encoding). */
import { FormatError } from '../../core/errors';

/** A field of a message: the number in its definition, and its value as it is stored. */
export interface WireField {
  readonly number: number;
  /** Of a whole number the low 32 bits with their sign. */
  readonly value: number | Uint8Array;
}

const VARINT = 0;
const EIGHT_BYTES = 1;
const LENGTH = 2;
const FOUR_BYTES = 5;
/** Bytes of a varint at most: 64 bits, 7 in each. */
const MOST_VARINT = 10;

/**
 * The fields of a message, in the order of its bytes. Numbers of 64 bits are left out.
 * @param where names the message in errors
 * @throws FormatError for bytes that are no message, with the place
 */
export function wireFields(bytes: Uint8Array, where: string): readonly WireField[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: WireField[] = [];
  let at = 0;
  const fail = (what: string): never => {
    throw new FormatError(`${where}: ${what} at byte ${at} of ${bytes.length}; is the file whole?`);
  };
  const need = (count: number) => {
    if (at + count > bytes.length) fail(`expected ${count} more bytes`);
  };
  const varint = (): number => {
    let low = 0;
    for (let i = 0; i < MOST_VARINT; i++) {
      need(1);
      const byte = view.getUint8(at++);
      if (i < 5) low |= (byte & 0x7f) << (7 * i);
      if (byte < 0x80) return low;
    }
    return fail('expected a whole number');
  };
  while (at < bytes.length) {
    const key = varint() >>> 0;
    const number = key >>> 3;
    switch (key & 7) {
      case VARINT:
        found.push({ number, value: varint() });
        break;
      case FOUR_BYTES:
        need(4);
        found.push({ number, value: view.getFloat32(at, true) });
        at += 4;
        break;
      case LENGTH: {
        const length = varint() >>> 0;
        need(length);
        found.push({ number, value: bytes.subarray(at, at + length) });
        at += length;
        break;
      }
      case EIGHT_BYTES:
        need(8);
        at += 8;
        break;
      default:
        fail(`expected a field, found the type ${key & 7}`);
    }
  }
  return found;
}

/** The fields of a message by their numbers; of a field that stands several times the last one. */
export class Message {
  readonly #fields: ReadonlyMap<number, number | Uint8Array>;
  readonly #where: string;

  /** @throws FormatError */
  constructor(bytes: Uint8Array, where: string) {
    this.#where = where;
    this.#fields = new Map(wireFields(bytes, where).map(({ number, value }) => [number, value]));
  }

  /** @throws FormatError for a field that holds no number */
  number(field: number, fallback: number): number {
    const value = this.#fields.get(field) ?? fallback;
    if (typeof value === 'number') return value;
    throw new FormatError(`${this.#where}: expected a number in field ${field}, found bytes`);
  }

  flag(field: number, fallback: boolean): boolean {
    return this.number(field, Number(fallback)) !== 0;
  }

  /** Empty where there are none. @throws FormatError for a field that holds a number */
  bytes(field: number): Uint8Array {
    const value = this.#fields.get(field) ?? new Uint8Array();
    if (typeof value !== 'number') return value;
    throw new FormatError(`${this.#where}: expected bytes in field ${field}, found a number`);
  }

  /** @throws FormatError for bytes that are no UTF-8 */
  text(field: number, fallback = ''): string {
    if (!this.#fields.has(field)) return fallback;
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.bytes(field));
    } catch (cause) {
      if (cause instanceof FormatError) throw cause;
      throw new FormatError(`${this.#where}: field ${field} holds no valid UTF-8`, { cause });
    }
  }
}
