/** Seeded mutations of valid files: each parses to what it says, or is a FormatError. */
import { expect, test } from 'vitest';
import { FormatError } from '../../../src/core/errors';
import { type Random, random } from '../../../src/core/random';
import { parseSafetensors, type StoredTensor, writeSafetensors } from '../../../src/io';
import { STORED_DTYPES } from '../../../src/io/storedTensor';
import { countingBytes, fileOf } from './files';

const valid = writeSafetensors(
  new Map<string, StoredTensor>([
    ['encoder.weight', { dtype: 'F32', shape: [2, 3], bytes: countingBytes(24) }],
    ['__proto__', { dtype: 'BF16', shape: [2], bytes: countingBytes(4) }],
    ['mask', { dtype: 'BOOL', shape: [5], bytes: countingBytes(5) }],
    ['', { dtype: 'I64', shape: [], bytes: countingBytes(8) }],
  ]),
  new Map([['format', 'pt']]),
);
const headerEnd = 8 + Number(new DataView(valid.buffer).getBigUint64(0, true));

/** Bytes that mean something in a header. */
const SIGNS = new TextEncoder().encode('{}[]":,\\0123456789.eE-u /truefalsenullF32I64\u00e9\n');

function mutate(file: Uint8Array, { below, next }: Random): Uint8Array {
  const bytes = [...file];
  const place = () => (next() < 0.9 ? below(headerEnd) : below(bytes.length + 1));
  const sign = () => (next() < 0.8 ? (SIGNS[below(SIGNS.length)] ?? 0) : below(256));
  for (let edits = 1 + below(3); edits > 0; edits--) {
    const at = place();
    const kind = below(6);
    if (kind === 0) bytes[at] = sign();
    else if (kind === 1) bytes.splice(at, 1 + below(4));
    else if (kind === 2) bytes.splice(at, 0, sign());
    else if (kind === 3) bytes.splice(at, 0, ...bytes.slice(at, at + below(80)));
    else if (kind === 4) bytes.length = below(bytes.length + 1);
    else if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
  }
  return Uint8Array.from(bytes);
}

/** Sets the length field to the text's new length, so that mutations reach beyond it. */
function mutateHeader(rng: Random): Uint8Array {
  const header = mutate(valid.slice(8, headerEnd), rng);
  return fileOf(header, valid.slice(headerEnd));
}

/** What parsing promises: tensors that fit their shapes and cover the data exactly. */
function checkPromises(file: Uint8Array): void {
  const { tensors } = parseSafetensors(file);
  let next = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
  for (const { dtype, shape, bytes } of tensors.values()) {
    const size = shape.reduce((product, n) => product * n, STORED_DTYPES[dtype]);
    expect(bytes.byteLength).toBe(size);
    expect(bytes.byteOffset).toBe(next);
    next += size;
  }
  expect(next).toBe(file.byteLength);
  expect(parseSafetensors(writeSafetensors(tensors)).tensors.size).toBe(tensors.size);
}

test('a mutated file parses to consistent tensors or throws FormatError', () => {
  const rng = random(20_261_123);
  const counts = { parsed: 0, refused: 0 };
  for (let i = 0; i < 20_000; i++) {
    const file = i % 2 === 0 ? mutate(valid, rng) : mutateHeader(rng);
    try {
      checkPromises(file);
      counts.parsed++;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      counts.refused++;
    }
  }
  // Both outcomes must occur often, or the mutations test nothing.
  expect(counts.parsed).toBeGreaterThan(200);
  expect(counts.refused).toBeGreaterThan(5000);
});

test('a file cut anywhere is a FormatError', () => {
  for (let length = 0; length < valid.length; length++) {
    expect(() => parseSafetensors(valid.slice(0, length))).toThrow(FormatError);
  }
});

test('mutated data leaves names, types and shapes alone', () => {
  const rng = random(7);
  const { tensors } = parseSafetensors(valid);
  for (let i = 0; i < 200; i++) {
    const file = valid.slice();
    const at = headerEnd + rng.below(valid.length - headerEnd);
    file[at] = rng.below(256);
    const found = parseSafetensors(file).tensors;
    expect([...found.keys()]).toEqual([...tensors.keys()]);
    for (const [name, { dtype, shape }] of found) {
      expect({ dtype, shape }).toEqual({
        dtype: tensors.get(name)?.dtype,
        shape: tensors.get(name)?.shape,
      });
    }
  }
});
