/** Parameters from tensors under other names, transposed, in parts, and with a constant added. */
import { describe, expect, it } from 'vitest';
import { FormatError, type QkvError } from '../../../src/core/errors';
import {
  type OpenedFile,
  type StoredTensor,
  shards,
  storeFloat32,
  type TensorFiles,
  writeSafetensors,
} from '../../../src/io';
import { safetensorsFile } from '../../../src/io/tensorFiles';
import type { KeyMap } from '../../../src/models/keyMap';
import { ParameterArrays } from '../../../src/nn/parameterArrays';
import { declareParameters, type ParameterLayout } from '../../../src/nn/parameters';
import { storeAs } from '../../../src/nn/quantisedStorage';
import { storedParameters } from '../../../src/nn/storage';
import { placeByKeys } from '../../../src/tasks/keyedParameters';
import { LoadMeter } from '../../../src/tasks/loadProgress';
import { streamParameters } from '../../../src/tasks/streamParameters';
import { outcome } from '../../support/outcome';

const zeros = { kind: 'zeros' } as const;

/** Queries of 4 heads, keys and values of 2; more than fits into one piece of 1 MB. */
const ROWS = { q: 96, k: 32, v: 64 } as const;
const WIDTH = 2500;

const layout = declareParameters((scope) => {
  scope.splitWeight('qkv', [192, WIDTH], zeros, [96, 96]);
  scope.weight('up', [40, 24], zeros);
  scope.parameter('norm', [24], zeros);
  scope.parameter('absent', [3], zeros);
  scope.weight('table', [10, 24], zeros);
  scope.weight('head', [10, 24], zeros);
  scope.parameter('logits', [10], zeros);
});

const keys: KeyMap = {
  canonical: (name) => name.replace(/^model\./, '').replace(/gamma$/, 'weight'),
  sources: ({ name }, has) => {
    if (name === 'qkv') return ['q', 'k', 'v'].map((part) => ({ names: [`att.${part}`] as const }));
    if (name === 'up') return [{ names: ['fc.weight'], transposed: true }];
    if (name === 'norm') return [{ names: ['ln.weight'], added: 1 }];
    if (name === 'absent') return has('absent') ? [{ names: ['absent'] }] : [];
    if (name === 'logits') return [{ names: ['final_logits_bias'] }];
    if (name === 'head') return [{ names: ['lm_head', 'embed'] }];
    return [{ names: ['embed'] }];
  },
  ignores: (name) => name.endsWith('position_ids'),
};

/** A value of its own for each element of the parameters. */
const valueAt = (salt: number, i: number) => Math.fround(Math.sin(salt + i));
const filled = (salt: number, size: number, first = 0) =>
  Float32Array.from({ length: size }, (_, i) => valueAt(salt, first + i));

/** What the parameters must be, from the file's tensors. */
const expected = new Map([
  ['qkv', { shape: [192, WIDTH], data: filled(1, 192 * WIDTH) }],
  ['up', { shape: [40, 24], data: filled(2, 40 * 24) }],
  ['norm', { shape: [24], data: filled(3, 24).map((x) => Math.fround(x + 1)) }],
  ['absent', { shape: [3], data: new Float32Array(3) }],
  ['table', { shape: [10, 24], data: filled(4, 240) }],
  ['head', { shape: [10, 24], data: filled(4, 240) }],
  ['logits', { shape: [10], data: filled(5, 10) }],
]);

function tensors(): Map<string, StoredTensor> {
  const found = new Map<string, StoredTensor>();
  const add = (name: string, shape: readonly number[], data: Float32Array) =>
    found.set(name, storeFloat32(name, shape, data));
  let first = 0;
  for (const [part, rows] of Object.entries(ROWS)) {
    add(`model.att.${part}`, [rows, WIDTH], filled(1, rows * WIDTH, first));
    first += rows * WIDTH;
  }
  const up = Float32Array.from({ length: 40 * 24 }, (_, i) => {
    const [input, output] = [Math.floor(i / 40), i % 40];
    return valueAt(2, output * 24 + input);
  });
  add('model.fc.weight', [24, 40], up);
  add('model.ln.gamma', [24], filled(3, 24));
  add('model.embed', [10, 24], filled(4, 240));
  add('model.final_logits_bias', [1, 10], filled(5, 10));
  found.set('position_ids', { dtype: 'I64', shape: [1, 2], bytes: new Uint8Array(16) });
  return found;
}

const opened = (where: string, bytes: Uint8Array): OpenedFile => ({
  where,
  byteLength: bytes.length,
  chunks: () => [bytes],
});

async function load(files: TensorFiles, into: ParameterLayout = layout, map = keys) {
  const states = new ParameterArrays(into);
  const meter = new LoadMeter(undefined);
  await streamParameters({ layout: into, states, files, meter, placement: placeByKeys(map) });
  return states.arrays;
}

const whole = (from: ReadonlyMap<string, StoredTensor>) =>
  safetensorsFile(opened('model.safetensors', writeSafetensors(from)));

/** The states must be what the expected parameters give, byte by byte. */
function check(found: Awaited<ReturnType<typeof load>>, into: ParameterLayout) {
  for (const [name, data] of storedParameters(into, expected)) {
    const same = Buffer.compare(Buffer.from(data.buffer), Buffer.from(found.get(name)!.buffer));
    expect(same, name).toBe(0);
  }
}

describe.each(['f32', 'f16', 'int8', 'int4'] as const)('to a layout of %s', (dtype) => {
  const target = storeAs(layout, dtype);

  it('tensors of a file become parameters', async () => {
    check(await load(whole(tensors()), target), target);
  });

  const orders = [
    ['q', 'k', 'v'],
    ['q', 'v', 'k'],
    ['k', 'q', 'v'],
    ['k', 'v', 'q'],
    ['v', 'k', 'q'],
    ['v', 'q', 'k'],
  ];
  it.each(orders)('and of shards with %s, %s and %s in turn', async (...order) => {
    const all = tensors();
    const files = order.map((part, i) => {
      const own = [...all].filter(([name]) => name.startsWith(`model.att.${part}`));
      return new Map(i === 1 ? [...own, ...[...all].filter(([name]) => !/att/.test(name))] : own);
    });
    const names = files.flatMap((file, i) => [...file.keys()].map((name) => [name, `${i}.st`]));
    const index = new TextEncoder().encode(
      JSON.stringify({ weight_map: Object.fromEntries(names) }),
    );
    const found = await shards.open(opened('index', index), async (name) =>
      opened(name, writeSafetensors(files[Number.parseInt(name, 10)]!)),
    );
    check(await load(found, target), target);
  });
});

describe('is refused, with the tensor and the parameter:', () => {
  const change = (name: string, shape?: readonly number[]) => {
    const changed = tensors();
    const size = shape?.reduce((a, b) => a * b, 1) ?? 0;
    if (shape === undefined) changed.delete(name);
    else changed.set(name, storeFloat32(name, shape, new Float32Array(size)));
    return changed;
  };
  const cases: readonly (readonly [string, Map<string, StoredTensor>, RegExp])[] = [
    ['a missing one', change('model.att.k'), /no tensor 'att.k', which holds 'qkv' \[192,2500\]/],
    ['one of several', change('model.embed'), /no tensor '(lm_head' or ')?embed', which holds/],
    ['a stranger', change('model.adapter', [1]), /'model.adapter' belongs to no parameter/],
    [
      'one that is not transposed',
      change('model.fc.weight', [40, 24]),
      /'model.fc.weight' must be \[24,40\], as it holds 'up' \[40,24\], found \[40,24\]/,
    ],
    ['other columns', change('model.att.k', [32, 9]), /must be \[rows,2500\], .* found \[32,9\]/],
    ['too many rows', change('model.att.k', [33, 2500]), /expected 480000 elements .* 482500/],
    ['too few rows', change('model.att.k', [31, 2500]), /expected 480000 elements .* 477500/],
    [
      'two of one name',
      change('embed', [10, 24]),
      /'(model.)?embed' and '(model.)?embed' are both/,
    ],
    ['another vector', change('model.final_logits_bias', [1, 11]), /must be \[10\], .* \[1,11\]/],
  ];
  it.each(cases)('%s', async (_, changed, message) => {
    const error = (await outcome(load(whole(changed)))) as QkvError;
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toMatch(/^model.safetensors: /);
    expect(error.message).toMatch(message);
  });
});

it('of several names, the first that the file has is meant, and the others are no strangers', async () => {
  const with2 = tensors().set('lm_head', storeFloat32('lm_head', [10, 24], filled(9, 240)));
  const found = await load(whole(with2));
  const want = new Map(expected).set('head', { shape: [10, 24], data: filled(9, 240) });
  for (const [name, data] of storedParameters(layout, want)) {
    expect(Buffer.compare(Buffer.from(data.buffer), Buffer.from(found.get(name)!.buffer))).toBe(0);
  }
  const other: KeyMap = {
    ...keys,
    sources: (parameter, has) =>
      parameter.name === 'head' ? [{ names: ['embed', 'lm_head'] }] : keys.sources(parameter, has),
  };
  check(await load(whole(with2), layout, other), layout);
});
