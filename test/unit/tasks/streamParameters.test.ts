/** Parameters from a stream of tensors: the same as from a file in memory, and checked before it is used. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DTypeError, FormatError, type QkvError } from '../../../src/core/errors';
import type { HostData } from '../../../src/core/hostTensor';
import { random } from '../../../src/core/random';
import {
  type OpenedFile,
  type StoredTensor,
  storeFloat32,
  type TensorFiles,
  writeSafetensors,
} from '../../../src/io';
import { storeInt8 } from '../../../src/io/eightBits';
import { safetensorsFile } from '../../../src/io/tensorFiles';
import { ParameterArrays } from '../../../src/nn/parameterArrays';
import type { ParameterLayout } from '../../../src/nn/parameters';
import { declareParameters, QUANTISED_PARAMETERS } from '../../../src/nn/parameters';
import { storeAs } from '../../../src/nn/quantisedStorage';
import { type ParameterDType, storedParameters } from '../../../src/nn/storage';
import { LoadMeter } from '../../../src/tasks/loadProgress';
import { readTensors } from '../../../src/tasks/readTensors';
import { quantised } from '../../../src/tasks/storage';
import { streamParameters } from '../../../src/tasks/streamParameters';
import { outcome } from '../../support/outcome';

const zeros = { kind: 'zeros' } as const;

/** A matrix that takes several pieces as float32, one in three parts, a vector, and a cube. */
const layout = declareParameters((scope) => {
  scope.weight('table', [3000, 130], zeros);
  scope.splitWeight('projections', [96, 48], zeros, [48, 16, 32]);
  scope.parameter('bias', [7], zeros);
  scope.parameter('cube', [2, 3, 5], zeros);
});

const values = new Map(
  layout.parameters.map(({ name, shape }) => {
    const source = random(shape.length);
    const data = Float32Array.from({ length: sizeOf(shape) }, () => source.normal());
    return [name, { shape, data }] as const;
  }),
);

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Values stored as a type of files: rounded where it has fewer bits. */
function stored(dtype: 'F64' | 'F32' | 'F16' | 'BF16'): Map<string, StoredTensor> {
  return new Map(
    [...values].map(([name, { shape, data }]) => {
      if (dtype === 'F32' || dtype === 'F16') return [name, storeFloat32(name, shape, data, dtype)];
      const bits = new Uint32Array(data.buffer);
      const array =
        dtype === 'F64' ? Float64Array.from(data) : Uint16Array.from(bits, (bit) => bit >>> 16);
      return [name, { dtype, shape, bytes: new Uint8Array(array.buffer) }];
    }),
  );
}

const opened = (bytes: Uint8Array, chunk = 50_001): OpenedFile => ({
  where: 'model.safetensors',
  byteLength: bytes.length,
  *chunks() {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  },
});

async function load(
  into: ParameterLayout,
  files: TensorFiles,
  options: Partial<Parameters<typeof streamParameters>[0]> = {},
) {
  const states = new ParameterArrays(into);
  const meter = new LoadMeter(undefined);
  await streamParameters({ layout: into, states, files, meter, ...options });
  return digests(states.arrays);
}

/** Digests of states, which compare faster than their elements. */
function digests(arrays: ReadonlyMap<string, HostData>) {
  const digest = (data: HostData) =>
    createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex');
  return Object.fromEntries([...arrays].map(([name, data]) => [name, digest(data)]));
}

const failure = async (work: Promise<unknown>) => (await outcome(work)) as QkvError;

describe.each(['f32', 'f16', 'int8', 'int4'] as const)('to a layout of %s', (dtype) => {
  const target = storeAs(layout, dtype);

  it.each(['F64', 'F32', 'F16', 'BF16'] as const)('%s is as from memory', async (from) => {
    const file = writeSafetensors(stored(from));
    const streamed = await load(target, safetensorsFile(opened(file)));
    expect(streamed).toEqual(digests(storedParameters(target, readTensors(file))));
  });

  it('8 bits are, whether scales come before their integers or behind them', async () => {
    const [table] = layout.parameters;
    const data = values.get('table')!.data;
    const tensors = new Map([...stored('F32'), ...storeInt8('table', [3000, 130], data)]);
    const file = writeSafetensors(tensors);
    const names = (bytes: Uint8Array) => new TextDecoder().decode(bytes.subarray(0, 999));
    expect(names(file).indexOf('"table.scales"')).toBeLessThan(names(file).indexOf('"table"'));
    const expected = digests(storedParameters(target, readTensors(file, 'file', [quantised])));
    const formats = [quantised];
    expect(await load(target, safetensorsFile(opened(file)), { formats })).toEqual(expected);
    const late = inOrder(new Map([...tensors].sort(([a], [b]) => a.length - b.length)));
    expect(names(late).indexOf('"table"')).toBeLessThan(names(late).indexOf('"table.scales"'));
    expect(await load(target, safetensorsFile(opened(late)), { formats })).toEqual(expected);
    expect(table?.name).toBe('table');
  });
});

it('F16 goes to a layout of f16 bit by bit', async () => {
  const target = storeAs(layout, 'f16');
  const tensors = stored('F16');
  const halves = new Uint16Array(tensors.get('table')!.bytes.slice().buffer);
  // Every finite half: subnormals and both zeros, too.
  for (let bits = 0; bits < 2 ** 16; bits++) {
    if ((bits & 0x7c00) !== 0x7c00) halves[bits] = bits;
  }
  tensors.set('table', { ...tensors.get('table')!, bytes: new Uint8Array(halves.buffer) });
  const file = writeSafetensors(tensors);
  const states = new ParameterArrays(target);
  const files = safetensorsFile(opened(file));
  await streamParameters({ layout: target, states, files, meter: new LoadMeter(undefined) });
  const fields = new Uint16Array(states.arrays.get(QUANTISED_PARAMETERS)!.buffer);
  // Rows of 130 are padded to 136, whole packets of 8.
  const rows = Array.from({ length: 3000 }, (_, row) =>
    fields.subarray(136 * row, 136 * row + 130),
  );
  const found = new Uint16Array(halves.length);
  rows.forEach((row, i) => {
    found.set(row, 130 * i);
  });
  expect(found.findIndex((bits, i) => bits !== halves[i])).toBe(-1);
});

/** A file with its tensors in the order of the map, which the writer of the package has not. */
function inOrder(tensors: ReadonlyMap<string, StoredTensor>): Uint8Array {
  let at = 0;
  const header = [...tensors].map(([name, { dtype, shape, bytes }]) => {
    const begin = at;
    at += bytes.length;
    return [name, { dtype, shape, data_offsets: [begin, at] }];
  });
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(text.length);
  return new Uint8Array(
    Buffer.concat([length, text, ...[...tensors.values()].map(({ bytes }) => bytes)]),
  );
}

describe('a file that does not fit', () => {
  /** Nothing may be written, and nothing of the data read. */
  async function refused(
    tensors: Map<string, StoredTensor>,
    dtype: ParameterDType = 'f32',
  ): Promise<QkvError> {
    const file = writeSafetensors(tensors);
    let read = 0;
    const source = opened(file, 1000);
    const files = safetensorsFile({
      ...source,
      async *chunks() {
        for await (const chunk of source.chunks()) {
          read += chunk.length;
          yield chunk;
        }
      },
    });
    const target = storeAs(layout, dtype);
    const states = new ParameterArrays(target);
    const write = () => expect.unreachable('something was written');
    const meter = new LoadMeter(undefined);
    const error = await failure(
      streamParameters({
        layout: target,
        states: { buffer: () => states.buffer(), write },
        files,
        meter,
      }),
    );
    expect(read).toBeLessThanOrEqual(2000);
    return error;
  }

  it('is refused before its data is used', async () => {
    const without = stored('F32');
    without.delete('bias');
    const missing = await refused(without);
    expect(missing).toBeInstanceOf(FormatError);
    expect(missing.message).toMatch(/^model.safetensors: no tensor 'bias' \[7\]; the file has /);
    const other = stored('F32').set('cube', storeFloat32('cube', [6, 5], new Float32Array(30)));
    expect((await refused(other)).message).toMatch(/'cube' must be \[2,3,5\], .* has \[6,5\]/);
    const integers: StoredTensor = { dtype: 'I64', shape: [7], bytes: new Uint8Array(56) };
    const typed = await refused(stored('F32').set('bias', integers));
    expect(typed).toBeInstanceOf(DTypeError);
    expect(typed.message).toMatch(/^model.safetensors: parameter bias is I64, expected F32/);
    const eight = new Map([
      ...stored('F32'),
      ...storeInt8('table', [3000, 130], values.get('table')!.data),
    ]);
    expect((await refused(eight)).message).toMatch(/parameter table is I8, .* import quantised\?/);
  });

  it('by a value that cannot be quantised names the element of the whole matrix', async () => {
    const tensors = stored('F32');
    const data = values.get('table')!.data.slice();
    data[350_000] = Number.NaN;
    tensors.set('table', storeFloat32('table', [3000, 130], data));
    const target = storeAs(layout, 'int8');
    const error = await failure(load(target, safetensorsFile(opened(writeSafetensors(tensors)))));
    expect(error).toBeInstanceOf(DTypeError);
    expect(error.message).toMatch(/'table': element 350000 is NaN/);
    const wide = stored('F64');
    const doubles = new Float64Array(7);
    doubles[5] = 1e300;
    wide.set('bias', { dtype: 'F64', shape: [7], bytes: new Uint8Array(doubles.buffer) });
    const overflow = await failure(load(layout, safetensorsFile(opened(writeSafetensors(wide)))));
    expect(overflow.message).toMatch(/"bias": element 5, 1e\+300, cannot/);
  });
});

it('tensors that no parameter has are skipped, whatever their type', async () => {
  const more: StoredTensor = { dtype: 'I64', shape: [3], bytes: new Uint8Array(24) };
  const file = writeSafetensors(stored('F32').set('position_ids', more));
  const plain = writeSafetensors(stored('F32'));
  expect(await load(layout, safetensorsFile(opened(file)))).toEqual(
    await load(layout, safetensorsFile(opened(plain))),
  );
});
