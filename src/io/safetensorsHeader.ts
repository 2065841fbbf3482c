/**
 * Reads and validates the header of a safetensors file: types, shapes, offsets, and that the
 * tensors cover the data exactly. Memory is never allocated by sizes that the header claims, apart
 * from at most 25 MB for the header. The format is defined in
 * https://huggingface.co/docs/safetensors; the constants here are additional limits.
 */
import { FormatError } from '../core/errors';
import {
  isStoredDType,
  MAX_RANK,
  STORED_DTYPES,
  type StoredDType,
  storedByteLength,
} from './storedTensor';
import { quoted, StrictJsonReader } from './strictJson';

/** Bytes of the length field before the header. */
export const LENGTH_BYTES = 8;
/** Maximum size of a header in bytes: a former limit of the reference implementation. */
export const MAX_HEADER_BYTES = 25_000_000;
/** Maximum number of tensors, and of metadata entries. */
export const MAX_ENTRIES = 100_000;
/** The key of the metadata in the header. */
export const METADATA_KEY = '__metadata__';

/**
 * A tensor in the header, stored in the bytes [begin, end) of the data, which follows the header.
 */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: StoredDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  /** In the order of their data. */
  readonly entries: readonly HeaderEntry[];
  /** Offset of the data in the file. */
  readonly dataStart: number;
  /** Size of the file, which ends with the last tensor. */
  readonly byteLength: number;
}

/**
 * Reads the header.
 * @param file begins with the header, and may end with it
 * @throws FormatError saying what was expected, what was found and what to do
 */
export function readHeader(file: Uint8Array): Header {
  const dataStart = headerEnd(file);
  if (file.byteLength < dataStart) {
    throw new FormatError(
      `safetensors: the file is truncated: its header takes ${dataStart - LENGTH_BYTES} bytes, ` +
        `found ${file.byteLength - LENGTH_BYTES}; download it again`,
    );
  }
  const header = file.subarray(LENGTH_BYTES, dataStart);
  if (header[0] !== 0x7b) {
    throw new FormatError(
      `safetensors: the header must begin with '{', found byte ${header[0] ?? 'none'}; ` +
        'this is another format, or a damaged file: download it again',
    );
  }
  const reader = new StrictJsonReader('safetensors: header', header, MAX_ENTRIES + 1);
  const metadata = new Map<string, string>();
  const entries: HeaderEntry[] = [];
  reader.readObject((name) => {
    if (name !== METADATA_KEY) entries.push(readEntry(reader, name));
    else reader.readObject((key) => metadata.set(key, reader.readString()));
  });
  reader.finish();
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  return { metadata, entries, dataStart, byteLength: dataStart + dataLength(entries) };
}

/**
 * Where the header ends.
 * @param file at least its first 8 bytes
 * @throws FormatError if they are missing, or say more than a header may have
 */
export function headerEnd(file: Uint8Array): number {
  if (file.byteLength < LENGTH_BYTES) {
    throw new FormatError(
      `safetensors: the file is truncated: expected at least ${LENGTH_BYTES} bytes, ` +
        `found ${file.byteLength}; download it again`,
    );
  }
  const view = new DataView(file.buffer, file.byteOffset, LENGTH_BYTES);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw new FormatError(
      `safetensors: the header may have ${MAX_HEADER_BYTES} bytes, the file says ${length}; ` +
        'this is another format, or a damaged file: download it again',
    );
  }
  return LENGTH_BYTES + Number(length);
}

function readEntry(reader: StrictJsonReader, name: string): HeaderEntry {
  const where = `tensor ${quoted(name)}`;
  let dtype: StoredDType | undefined;
  let shape: readonly bigint[] | undefined;
  let offsets: readonly bigint[] | undefined;
  reader.readObject((key) => {
    if (key === 'dtype') dtype = readDType(reader, where);
    else if (key === 'shape') shape = readNumbers(reader, `${where}: shape`, MAX_RANK);
    else if (key === 'data_offsets') offsets = readNumbers(reader, `${where}: data_offsets`, 2);
    else throw reader.error(`${where}: unknown field ${quoted(key)}`);
  });
  const [begin, end] = offsets ?? [];
  if (dtype === undefined || shape === undefined || begin === undefined || end === undefined) {
    throw reader.error(`${where}: expected the fields dtype, shape and data_offsets [begin, end]`);
  }
  const expected = storedByteLength(dtype, shape);
  if (expected === undefined) {
    throw reader.error(`${where}: ${dtype} of shape [${shape}] takes more than 2^53 bytes`);
  }
  if (end - begin !== BigInt(expected)) {
    throw reader.error(
      `${where}: ${dtype} of shape [${shape}] takes ${expected} bytes, ` +
        `but data_offsets [${begin}, ${end}] give ${end - begin}; the file is damaged`,
    );
  }
  return { name, dtype, shape: shape.map(Number), begin: Number(begin), end: Number(end) };
}

function readDType(reader: StrictJsonReader, where: string): StoredDType {
  const name = reader.readString();
  if (isStoredDType(name)) return name;
  const known = Object.keys(STORED_DTYPES).join(', ');
  throw reader.error(
    `${where}: dtype must be one of ${known}, found ${quoted(name)}; convert the file`,
  );
}

/** Reads an array of integers of at most 2^53 - 1. */
function readNumbers(reader: StrictJsonReader, where: string, most: number): readonly bigint[] {
  const numbers: bigint[] = [];
  reader.readArray((index) => {
    if (index === most) throw reader.error(`${where}: more than ${most} numbers`);
    const value = reader.readUnsigned();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw reader.error(`${where}: ${value} exceeds 2^53 - 1`);
    }
    numbers.push(value);
  });
  return numbers;
}

/** The length of the data, which the tensors must cover without gaps or overlaps. */
function dataLength(entries: readonly HeaderEntry[]): number {
  let next = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== next) {
      const fault = begin < next ? 'overlaps the tensor before it' : 'leaves a hole before it';
      throw new FormatError(
        `safetensors: tensor ${quoted(name)} ${fault}: expected data offset ${next}, ` +
          `found ${begin}; the file is damaged`,
      );
    }
    next = end;
  }
  return next;
}

/** Checks the size of a file. @throws FormatError unless it ends with the last tensor */
export function checkByteLength({ byteLength: expected }: Header, found: number): void {
  if (expected === found) return;
  const fault = found < expected ? 'is truncated' : 'has bytes that belong to no tensor';
  throw new FormatError(
    `safetensors: the file ${fault}: its header says ${expected} bytes, found ${found}; ` +
      'download it again',
  );
}
