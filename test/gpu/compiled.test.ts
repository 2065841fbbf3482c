/** Functions compiled by themselves: sizes, results by name, shared parameters; and what TypeScript refuses. */
import { DisposedError, InputError, OptionError } from 'qkv';
import { compileGenerator } from 'qkv/generate';
import { compile, dim, f32, i32, ops, type Tensor } from 'qkv/graph';
import { decodable } from 'qkv/models';
import * as nn from 'qkv/nn';
import { adam, type Optimizer, sgd, Trainer } from 'qkv/train';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';

const device = useDevice();
const B = dim('B', 8);
const [x, y] = [
  [1, -2, 0.5, 3],
  [2, -5, 1.5, 5],
];

const line = nn.linear(1, 1, { bias: false, initialiser: nn.constant(0.5) });
const lineTrainer = (optimizer: Optimizer) =>
  Trainer.create(device(), {
    inputs: { x: f32(B, 1), y: f32(B, 1) },
    loss: (scope, given) => ops.square(ops.sub(line(scope, given.x), given.y)),
    optimizer,
  });

describe('a compiled function', () => {
  it('needs no parameters, and takes any size up to the bound', async () => {
    const [M, K] = [dim('M', 4), dim('K', 5)];
    const inputs = { a: f32(M, K), b: f32(K, 2) };
    const multiply = await compile(device(), (_, { a, b }) => ops.matmul(a, b), inputs);
    const first = await multiply({ a: [[1, 2, 3]], b: [1, 0, 0, 1, 1, 1] });
    expect(first).toEqual({ shape: [1, 2], data: Float32Array.of(4, 5) });
    const both = await Promise.all([
      multiply({ a: [[2], [3]], b: [[1, 10]] }),
      multiply({ a: [[5], [7]], b: [[1, 10]] }),
    ]);
    expect(both.map(({ data }) => [...data])).toEqual([
      [2, 20, 3, 30],
      [5, 50, 7, 70],
    ]);
    multiply.dispose();
    multiply.dispose();
    await expect(multiply({ a: [[1]], b: [[1, 1]] })).rejects.toThrow(DisposedError);
    expect(device().liveBuffers).toBe(0);
  });

  it('gives several results by name', async () => {
    const fn = await compile(
      device(),
      (_, given) => ({ sum: ops.sum(given.x), largest: ops.max(given.x) }),
      { x: f32(3) },
    );
    const { sum, largest } = await fn({ x: [1, 5, 2] });
    expect([sum.data[0], largest.data[0]]).toEqual([8, 5]);
    // @ts-expect-error: no result of that name
    const never = async () => (await fn({ x: [1, 2, 3] })).smallest;
    expect(await never()).toBeUndefined();
    fn.dispose();
  });

  it('follows the parameters of a trainer, and refuses when they are gone', async () => {
    const trainer = await lineTrainer(sgd({ learningRate: 0.1 }));
    const inputs = { x: f32(B, 1) };
    const predict = await compile(
      device(),
      (scope, given) => line(scope, given.x),
      inputs,
      trainer.parameters,
    );
    expect((await predict({ x: [2] })).data[0]).toBe(1);
    await trainer.step({ x, y });
    const values = await trainer.parameters.read();
    const w = values.get('weight')!.data[0]!;
    expect(w).not.toBe(0.5);
    expect((await predict({ x: [2] })).data[0]).toBeCloseTo(2 * w, 5);
    trainer.dispose();
    trainer.dispose();
    await expect(predict({ x: [2] })).rejects.toThrow(DisposedError);
    await expect(trainer.step({ x, y })).rejects.toThrow(DisposedError);
    predict.dispose();
    const loaded = await compile(device(), (scope, given) => line(scope, given.x), inputs, values);
    expect((await loaded({ x: [2] })).data[0]).toBeCloseTo(2 * w, 5);
    loaded.dispose();
    expect(device().liveBuffers).toBe(0);
  });

  it('names a parameter that nobody handed in, and leaves nothing behind', async () => {
    const inputs = { x: f32(B, 1) };
    const fn = (scope: nn.Scope, given: { readonly x: Parameters<nn.Layer>[1] }) =>
      line(scope.child('line'), given.x);
    await expect(compile(device(), fn, inputs)).rejects.toThrow(OptionError);
    await expect(compile(device(), fn, inputs)).rejects.toThrow("the parameter 'line.weight'");
    await expect(compile(device(), fn, inputs, new Map())).rejects.toThrow(
      "no tensor 'line.weight'",
    );
    const trainer = await lineTrainer(sgd());
    const other = compile(device(), fn, inputs, trainer.parameters);
    await expect(other).rejects.toThrow("no parameter 'line.weight' in the layout");
    trainer.dispose();
    expect(device().liveBuffers).toBe(0);
  });
});

describe('a generator', () => {
  it('takes batches of sources, one call after the other, and refuses what it cannot read', async () => {
    // Writes the id after the last one, and ends after id 5.
    const shift = nn.layer((scope, token: Tensor) => {
      const table = scope.parameter('table', [6, 6], nn.zeros());
      return ops.scale(ops.embedding(token, table), 1);
    });
    const model = decodable({
      vocabulary: 6,
      maxLength: 8,
      firstToken: (source) => ops.slice(source, { starts: [], ends: [undefined, 1] }),
      step: (scope, { token }) => ({ logits: shift(scope, token) }),
    });
    const next = [0, 2, 3, 4, 5, 2];
    const table = Float32Array.from({ length: 36 }, (_, i) =>
      next[Math.floor(i / 6)] === i % 6 ? 1 : 0,
    );
    const layout = nn.declareParameters((scope) => shift(scope, ops.fill([1], 0, 'i32')));
    const tensors = new Map([['table', { shape: [6, 6], data: table }]]);
    const parameters = nn.ParameterStore.create(device(), layout, tensors);
    const ids = { pad: 0, bos: 1, eos: 2 };
    const generate = await compileGenerator(device(), model, parameters, { ids, maxBatch: 2 });
    const [first, second] = await Promise.all([generate([[3], [4]]), generate([[5]])]);
    expect(first.map((each) => each.ids)).toEqual([[4, 5], [5]]);
    expect(second.map((each) => [each.ids, each.finished])).toEqual([[[], true]]);
    await expect(generate([])).rejects.toThrow(InputError);
    await expect(generate([[3], [4], [5]])).rejects.toThrow('expected 1 to 2 sources, found 3');
    await expect(generate([[3], []])).rejects.toThrow('source 1 is empty');
    await expect(generate([[6]])).rejects.toThrow('id 6 at index 0 is outside the vocabulary of 6');
    generate.dispose();
    generate.dispose();
    parameters.dispose();
    parameters.dispose();
    await expect(generate([[3]])).rejects.toThrow(DisposedError);
    expect(device().liveBuffers).toBe(0);
  });
});

describe('TypeScript', () => {
  it('refuses wrong names and types', () => {
    const inputs = { x: f32(B, 2), y: i32(B) };
    const optimizer = adam();
    type LineTrainer = Awaited<ReturnType<typeof lineTrainer>>;
    // Compiled alone: nothing of it runs.
    const refused = [
      // @ts-expect-error: no input `z`
      () => Trainer.create(device(), { inputs, loss: (_, { z }) => z, optimizer }),
      // @ts-expect-error: a loss is a tensor
      () => Trainer.create(device(), { inputs, loss: () => 1, optimizer }),
      // @ts-expect-error: no optimiser
      () => Trainer.create(device(), { inputs, loss: (_, given) => given.x }),
      // @ts-expect-error: no input `z` in the batch
      (trainer: LineTrainer) => trainer.step({ x: [1], y: [1], z: [1] }),
      // @ts-expect-error: `y` is missing
      (trainer: LineTrainer) => trainer.step({ x: [1] }),
      // @ts-expect-error: f32 is no Int32Array
      (trainer: LineTrainer) => trainer.step({ x: new Int32Array(1), y: [1] }),
      // @ts-expect-error: no input `z`
      () => compile(device(), (_, { z }) => z, inputs),
      // @ts-expect-error: no option `rate`
      () => adam({ rate: 1 }),
      // @ts-expect-error: no option `heads` of a linear layer
      () => nn.linear(1, 2, { heads: 1 }),
      // @ts-expect-error: a decoder layer takes a memory, too
      () => nn.sequential(nn.decoderLayer(8, 2)),
      // @ts-expect-error: a number is no layer
      () => nn.sequential(nn.linear(1, 2), 3),
    ];
    expect(refused.every((each) => typeof each === 'function')).toBe(true);
  });
});
