/** What a user can do wrong: each a typed error that says what was expected, found and what to do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AbortedError,
  DeviceError,
  DeviceLostError,
  DisposedError,
  DTypeError,
  FormatError,
  InputError,
  OptionError,
  openDevice,
  QkvError,
  ShapeError,
  Translator,
} from 'qkv';
import { Decoder } from 'qkv/generate';
import {
  apply,
  compileGraph,
  defineOp,
  dim,
  ops,
  Program,
  StateStore,
  type Tensor,
  trace,
} from 'qkv/graph';
import { createModel, modelLayout, transformer, transformerModel } from 'qkv/models';
import { describe, expect, it } from 'vitest';
import { nodeGpu } from '../../tools/nodeGpu';
import { useDevice } from '../support/device';

const device = useDevice();
const MODEL = join(import.meta.dirname, '../../demo/public/models/toy-transformer');
const json = readFileSync(join(MODEL, 'model.json'), 'utf8');
const weights = new Uint8Array(readFileSync(join(MODEL, 'model.safetensors')));

type ErrorClass = abstract new (...args: never[]) => QkvError;

async function expectError(work: () => unknown, type: ErrorClass, words: RegExp): Promise<void> {
  const error: unknown = await Promise.resolve()
    .then(work)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  expect(error).toBeInstanceOf(type);
  if (!(error instanceof QkvError)) return;
  expect(error.message).toMatch(words);
  expect(error.code).toMatch(/^[a-z-]+$/);
}

const program = async () => {
  const [B, T] = [dim('B', 4), dim('T', 8)];
  const graph = trace((inputs) => ({ outputs: { y: ops.sum(inputs('x'), { axis: 1 }) } }), {
    inputs: { x: { dtype: 'f32', shape: [B, T] } },
  });
  return Program.create(device(), compileGraph(graph), new StateStore(device()));
};
const matrix = (rows: number, columns: number) => ({
  shape: [rows, columns],
  data: new Float32Array(rows * columns),
});

describe('running a plan', () => {
  it('refuses wrong shapes, types, names and sizes before anything is submitted', async () => {
    const made = await program();
    await expectError(
      () => made.run({ x: { shape: [3], data: new Float32Array(3) } }),
      ShapeError,
      /expected shape \[B,T\], found \[3\]/,
    );
    await expectError(
      () => made.run({ x: matrix(5, 2) }),
      ShapeError,
      /size B is 5, expected an integer from 0 to 4/,
    );
    await expectError(
      () => made.run({ x: { shape: [2, 2], data: new Float32Array(3) } }),
      ShapeError,
      /has 4 elements, the data has 3/,
    );
    await expectError(
      () => made.run({ x: { shape: [1, 2], data: new Int32Array(2) } }),
      DTypeError,
      /is f32, found Int32Array/,
    );
    await expectError(
      () => made.run({ y: matrix(1, 1) }),
      OptionError,
      /no input 'y'; the plan has: x/,
    );
    await expectError(() => made.run({}), OptionError, /missing input x/);
    const absent = { x: undefined } as unknown as { x: ReturnType<typeof matrix> };
    await expectError(() => made.run(absent), OptionError, /missing input x/);
    const doubles = { shape: [1, 2], data: new Float64Array(2) as unknown as Float32Array };
    await expectError(() => made.run({ x: doubles }), DTypeError, /is f32, found Float64Array/);
    for (const repeat of [0, -1, 1.5, Number.NaN, Infinity]) {
      await expectError(
        () => made.run({ x: matrix(1, 2) }, { repeat }),
        OptionError,
        /repeat must be a positive integer/,
      );
    }
    await expectError(() => made.read('z' as 'y'), OptionError, /no output 'z'; the plan has: y/);
    made.run({ x: matrix(2, 3) });
    await expectError(
      () => made.readInto({ y: new Int32Array(2) }),
      DTypeError,
      /readInto: 'y' is f32, found Int32Array/,
    );
    await expectError(
      () => made.readInto({ y: new Float32Array(4) }),
      ShapeError,
      /shape \[2\] has 2 elements, the data has 4/,
    );
    made.dispose();
    made.dispose();
    await expectError(() => made.run({ x: matrix(1, 1) }), DisposedError, /compile it again/);
  });

  it("reads into the caller's own array what it reads into a new one", async () => {
    const made = await program();
    const y = new Float32Array(2);
    for (const data of [Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8)]) {
      made.run({ x: { shape: [2, 2], data } });
      const fresh = (await made.read('y')).y;
      const result = await made.readInto({ y });
      expect(result.y.data).toBe(y);
      expect([...y]).toEqual([data[0]! + data[1]!, data[2]! + data[3]!]);
      expect(fresh.data).toEqual(y);
    }
    made.dispose();
  });

  it('refuses ops on wrong shapes and types when tracing', async () => {
    const types = {
      a: { dtype: 'f32', shape: [2, 3] },
      b: { dtype: 'f32', shape: [4, 5] },
      i: { dtype: 'i32', shape: [2] },
    } as const;
    const build = (f: (t: (name: string) => Tensor) => Tensor) => () =>
      trace((inputs) => ({ outputs: { y: f(inputs) } }), { inputs: types });
    await expectError(
      build((t) => ops.matmul(t('a'), t('b'))),
      ShapeError,
      /inner sizes differ: .*3 against 4; transpose/,
    );
    await expectError(
      build((t) => ops.add(t('a'), t('b'))),
      ShapeError,
      /do not broadcast/,
    );
    await expectError(
      build((t) => ops.exp(t('i'))),
      DTypeError,
      /expected f32, found i32\[2\]; cast it/,
    );
    await expectError(
      build((t) => t('nothing')),
      QkvError,
      /no input 'nothing' in the signature; it has: a, b, i/,
    );
  });
});

describe('models', () => {
  it('refuse options that are unknown or do not fit', async () => {
    const sizes = { sourceVocabulary: 9, targetVocabulary: 9 };
    await expectError(
      () => transformerModel({ ...sizes, ...{ layers: 3 } }),
      OptionError,
      /unknown option 'layers'; known: modelSize/,
    );
    await expectError(
      () => transformerModel({ ...sizes, modelSize: 30, heads: 4 }),
      OptionError,
      /30 is not a multiple of heads 4/,
    );
    await expectError(
      () => createModel('translation', 'rnn-search', {}),
      OptionError,
      /no imported kind of model is called 'rnn-search'; imported: bahdanau, .*rnn, lstm/,
    );
  });

  it('refuse ids outside the vocabulary', async () => {
    const model = transformerModel({
      sourceVocabulary: 9,
      targetVocabulary: 9,
      modelSize: 8,
      heads: 2,
      feedForward: 8,
      encoderLayers: 1,
      decoderLayers: 1,
      maxLength: 8,
    });
    const states = new StateStore(device());
    const decoder = await Decoder.create(device(), model, modelLayout(model), states, {
      maxBatch: 1,
      ids: { pad: 0, bos: 1, eos: 2 },
    });
    const lengths = { shape: [1], data: Int32Array.of(2) };
    await expectError(
      () => decoder.decode({ shape: [1, 2], data: Int32Array.of(3, 9) }, lengths),
      InputError,
      /id 9 at index 1 is outside the vocabulary of 9/,
    );
    await expectError(
      () => decoder.decode({ shape: [0, 2], data: new Int32Array(0) }, lengths),
      InputError,
      /batch is empty/,
    );
    decoder.dispose();
    states.dispose();
  });
});

describe('a translator', () => {
  it('refuses sentences that are empty, too long or in other words', async () => {
    const files = { 'model.json': json, 'model.safetensors': weights };
    const translator = await Translator.load(files, { device: device(), kinds: [transformer] });
    await expectError(
      () => translator.translate('  '),
      InputError,
      /expected a sentence, found ' {2}'; type at least one word/,
    );
    await expectError(
      () => translator.translate('the dog sees '.repeat(20)),
      InputError,
      /60 tokens, this model takes at most 31/,
    );
    await expectError(
      () => translator.translate('the flibbertigibbet sees a zyzzyva', { unknown: 'error' }),
      InputError,
      /does not know 'flibbertigibbet', 'zyzzyva'/,
    );
    const abort = new AbortController();
    abort.abort();
    await expectError(
      () => translator.translate('a dog eats', { signal: abort.signal }),
      AbortedError,
      /abort/,
    );
    // It still works after all that, with or without a full stop.
    const { target } = await translator.translate('The dog eats the apple.');
    expect(target).toBe('le chien mange la pomme');
    translator.dispose();
    translator.dispose();
    await expectError(() => translator.translate('a dog eats'), DisposedError, /disposed/);
  });

  it('refuses damaged, truncated and foreign files', async () => {
    const load = (text: string, bytes: Uint8Array) => async () => {
      const files = { 'model.json': text, 'model.safetensors': bytes };
      await Translator.load(files, { device: device(), kinds: [transformer] });
    };
    await expectError(
      load(json, weights.subarray(0, 1000)),
      FormatError,
      /truncated|download|expected/,
    );
    await expectError(
      load(json, weights.subarray(0, weights.length - 64)),
      FormatError,
      /truncated|download|expected/,
    );
    await expectError(load('{"format":', weights), FormatError, /expected JSON, found .* download/);
    await expectError(
      load('{"format":"other"}', weights),
      FormatError,
      /'format' must be qkv-model, found 'other'/,
    );
    await expectError(
      load(json.replace(/"modelSize": ?128/u, '"modelSize":64'), weights),
      FormatError,
      /must be \[.*\], the file has/,
    );
  });
});

describe('devices', () => {
  it('say what to do where there is none', async () => {
    await expectError(() => openDevice(), DeviceError, /no WebGPU here: use a browser that has it/);
    const none = { requestAdapter: async () => null } as unknown as GPU;
    await expectError(
      () => openDevice({ gpu: none }),
      DeviceError,
      /found no adapter: check chrome:\/\/gpu/,
    );
  });

  it('fail all that waits when they are lost', async () => {
    const own = await openDevice({ gpu: await nodeGpu() });
    const waiting = own.guard(new Promise(() => undefined));
    own.gpu.destroy();
    await expectError(() => waiting, DeviceLostError, /load the last checkpoint/);
    own.dispose();
  });

  it('fail all that waits when they are disposed, and all that comes after', async () => {
    const own = await openDevice({ gpu: await nodeGpu() });
    const waiting = own.guard(new Promise(() => undefined));
    own.dispose();
    await expectError(() => waiting, DisposedError, /open a new one/);
    await expectError(() => own.createBuffer(16, 8, 'x'), DisposedError, /open a new one/);
  });
});

it('a kernel that does not compile leaves no memory behind', async () => {
  const broken = defineOp<Record<string, never>>({
    name: 'broken',
    infer: ([x]) => [x],
    lowering: { kind: 'elementwise', expression: () => 'no_such_value' },
    gradient: 'none',
    reference: () => undefined,
  });
  const graph = trace((inputs) => ({ outputs: { y: apply(broken, [inputs('x')], {}) } }), {
    inputs: { x: { dtype: 'f32', shape: [4] } },
  });
  const before = [device().liveBuffers, device().liveBytes];
  const states = new StateStore(device());
  const create = () => Program.create(device(), compileGraph(graph), states);
  await expectError(create, DeviceError, /no_such_value/);
  expect([device().liveBuffers, device().liveBytes]).toEqual(before);
});
