/**
 * Parses and writes safetensors files. Names of tensors are untrusted data, and never used as
 * property names, paths or markup. Values are converted in convert.ts.
 */
import { FormatError } from '../core/errors';
import {
  checkByteLength,
  LENGTH_BYTES,
  MAX_ENTRIES,
  MAX_HEADER_BYTES,
  METADATA_KEY,
  readHeader,
} from './safetensorsHeader';
import { checkStoredTensor, STORED_DTYPES, type StoredTensor } from './storedTensor';
import { hasLoneSurrogate, quoted } from './strictJson';

/** The contents of a safetensors file. */
export interface SafetensorsFile {
  readonly metadata: ReadonlyMap<string, string>;
  /** In the order of their bytes in the file. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/**
 * Parses a file. The tensors are views of `bytes`, without a copy.
 * @throws FormatError for an invalid file: what was expected, what was found and what to do
 */
export function parseSafetensors(bytes: Uint8Array): SafetensorsFile {
  const header = readHeader(bytes);
  checkByteLength(header, bytes.byteLength);
  const { metadata, entries, dataStart } = header;
  const tensors = new Map<string, StoredTensor>();
  for (const { name, dtype, shape, begin, end } of entries) {
    // Not subarray, which of a Node Buffer would be a Buffer, whose slice() does not copy.
    const at = bytes.byteOffset + dataStart + begin;
    const view = new Uint8Array(bytes.buffer, at, end - begin);
    tensors.set(name, { dtype, shape, bytes: view });
  }
  return { metadata, tensors };
}

/**
 * Writes a file with the layout of the reference implementation: tensors by descending alignment,
 * then by name in code point order, and the header padded with spaces to a multiple of 8 bytes. The
 * same contents always give the same bytes; metadata is sorted by key, and left out if empty.
 * @throws ShapeError if a tensor's bytes do not fit its shape
 * @throws FormatError for contents that the format does not allow: a tensor named '__metadata__',
 *   text with lone surrogates, more than 100,000 tensors, a header of more than 25 MB
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array<ArrayBuffer> {
  checkContents(tensors, metadata);
  const ranks = new Map(Object.keys(STORED_DTYPES).map((dtype, rank) => [dtype, rank]));
  const rank = ({ dtype }: StoredTensor) => ranks.get(dtype) ?? 0;
  const ordered = [...tensors].sort(
    ([aName, a], [bName, b]) => rank(b) - rank(a) || compareCodePoints(aName, bName),
  );
  const { header, dataLength } = encodeHeader(ordered, metadata);
  const file = new Uint8Array(LENGTH_BYTES + header.byteLength + dataLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.byteLength), true);
  file.set(header, LENGTH_BYTES);
  let at = LENGTH_BYTES + header.byteLength;
  for (const [, { bytes }] of ordered) {
    file.set(bytes, at);
    at += bytes.byteLength;
  }
  return file;
}

function checkContents(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: ReadonlyMap<string, string>,
): void {
  if (tensors.has(METADATA_KEY)) {
    throw new FormatError(`safetensors: no tensor may be called '${METADATA_KEY}'; rename it`);
  }
  if (Math.max(tensors.size, metadata.size) > MAX_ENTRIES) {
    throw new FormatError(
      `safetensors: at most ${MAX_ENTRIES} tensors and as many metadata entries, found ` +
        `${tensors.size} and ${metadata.size}; write several files`,
    );
  }
  for (const text of [...tensors.keys(), ...metadata.keys(), ...metadata.values()]) {
    if (hasLoneSurrogate(text)) {
      throw new FormatError(`safetensors: ${quoted(text)} has a lone surrogate; correct the text`);
    }
  }
  for (const [name, tensor] of tensors) checkStoredTensor(name, tensor);
}

/**
 * The padded header, and the length of the data. It is built as text, because names must not be
 * property names.
 */
function encodeHeader(
  tensors: readonly (readonly [string, StoredTensor])[],
  metadata: ReadonlyMap<string, string>,
): { readonly header: Uint8Array; readonly dataLength: number } {
  const members: string[] = [];
  if (metadata.size > 0) {
    const texts = [...metadata]
      .sort(([a], [b]) => compareCodePoints(a, b))
      .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    members.push(`"${METADATA_KEY}":{${texts.join(',')}}`);
  }
  let offset = 0;
  for (const [name, { dtype, shape, bytes }] of tensors) {
    const end = offset + bytes.byteLength;
    members.push(
      `${JSON.stringify(name)}:` +
        `{"dtype":"${dtype}","shape":[${shape}],"data_offsets":[${offset},${end}]}`,
    );
    offset = end;
  }
  const header = new TextEncoder().encode(`{${members.join(',')}}`);
  const padded = new Uint8Array(Math.ceil(header.byteLength / 8) * 8).fill(0x20);
  padded.set(header);
  if (padded.byteLength > MAX_HEADER_BYTES) {
    throw new FormatError(
      `safetensors: the header may have ${MAX_HEADER_BYTES} bytes, this one takes ` +
        `${padded.byteLength}; shorten the metadata or write several files`,
    );
  }
  return { header: padded, dataLength: offset };
}

/**
 * Compares texts by code points, the order of their UTF-8 bytes; the order of UTF-16 code units
 * differs.
 */
function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return codeUnitRank(x) - codeUnitRank(y);
  }
  return a.length - b.length;
}

/** Ranks code units such that surrogates, which encode the highest code points, come last. */
function codeUnitRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
