/** Computations of one's own: trained by every optimiser as float64 loops do, evaluated, refused. */
import { ShapeError } from 'qkv';
import { compile, dim, f32, i32, ops } from 'qkv/graph';
import * as nn from 'qkv/nn';
import {
  adagrad,
  adam,
  adamw,
  constantSchedule,
  cosineSchedule,
  defineOptimizer,
  inverseRootSchedule,
  noamSchedule,
  type Optimizer,
  rmsprop,
  type Schedule,
  sgd,
  Trainer,
} from 'qkv/train';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';

const device = useDevice();
const B = dim('B', 8);

const line = nn.linear(1, 1, { bias: false, initialiser: nn.constant(0.5) });
const lineTrainer = (optimizer: Optimizer, clipNorm?: number) =>
  Trainer.create(device(), {
    inputs: { x: f32(B, 1), y: f32(B, 1) },
    loss: (scope, { x, y }) => ops.square(ops.sub(line(scope, x), y)),
    optimizer,
    clipNorm,
  });

const x = [1, -2, 0.5, 3];
const y = [2, -5, 1.5, 5];

/** d/dw of the mean of (w x - y)^2. */
const slope = (w: number) =>
  x.reduce((sum, value, i) => sum + (2 * (w * value - y[i]!) * value) / x.length, 0);

/** A rule that moves w, as torch.optim's class writes it, with a memory of its own. */
type Rule = () => (w: number, g: number, step: number) => number;

const adamRule =
  (decay: number, isDecoupled: boolean): Rule =>
  () => {
    let [m, v] = [0, 0];
    return (w, gradient, t) => {
      const g = isDecoupled ? gradient : gradient + decay * w;
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      const kept = isDecoupled ? w * (1 - 1e-3 * decay) : w;
      const step = m / (1 - 0.9 ** t) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
      return kept - 1e-3 * step;
    };
  };

const rules: Readonly<Record<string, readonly [Optimizer, Rule]>> = {
  adam: [adam(), adamRule(0, false)],
  'adam with weight decay': [adam({ weightDecay: 0.1 }), adamRule(0.1, false)],
  adamw: [adamw(), adamRule(0.01, true)],
  sgd: [sgd(), () => (w, g) => w - 1e-3 * g],
  'sgd with momentum and a schedule': [
    sgd({ momentum: 0.9, learningRate: (step) => 0.01 / step }),
    () => {
      let sum = 0;
      return (w, g, t) => {
        sum = 0.9 * sum + g;
        return w - (0.01 / t) * sum;
      };
    },
  ],
  rmsprop: [
    rmsprop(),
    () => {
      let square = 0;
      return (w, g) => {
        square = 0.99 * square + 0.01 * g * g;
        return w - (1e-2 * g) / (Math.sqrt(square) + 1e-8);
      };
    },
  ],
  adagrad: [
    adagrad(),
    () => {
      let sum = 0;
      return (w, g) => {
        sum += g * g;
        return w - (1e-2 * g) / (Math.sqrt(sum) + 1e-10);
      };
    },
  ],
};

describe("a trainer with torch's defaults", () => {
  it.each(Object.entries(rules))('%s moves a weight as float64 does', async (_name, rule) => {
    const [optimizer, make] = rule;
    const trainer = await lineTrainer(optimizer);
    const move = make();
    let w = 0.5;
    for (let step = 1; step <= 5; step++) {
      const report = await trainer.step({ x, y });
      const loss = x.reduce((sum, value, i) => sum + (w * value - y[i]!) ** 2 / x.length, 0);
      expect(report.loss).toBeCloseTo(loss, 4);
      expect(report).toMatchObject({ step, count: 4 });
      expect(report.norm).toBeCloseTo(Math.abs(slope(w)), 4);
      w = move(w, slope(w), step);
      const values = await trainer.parameters.read();
      expect(values.get('weight')!.data[0]).toBeCloseTo(w, 5);
    }
    trainer.dispose();
  });

  it('clips the gradients that an optimiser of one’s own gets', async () => {
    const plain = defineOptimizer({
      name: 'plain',
      learningRate: 1,
      update: ({ parameters, gradients }) => ({ parameters: ops.sub(parameters, gradients) }),
    });
    const trainer = await lineTrainer(plain, 0.25);
    await trainer.step({ x, y });
    const values = await trainer.parameters.read();
    expect(values.get('weight')!.data[0]).toBeCloseTo(0.75, 5);
    trainer.dispose();
  });

  it('gives an own optimiser its figures, and starts its states', async () => {
    const counting = defineOptimizer({
      name: 'counting',
      learningRate: 1,
      states: { kept: 3 },
      figures: (step) => ({ twice: [step, 2 * step] }),
      update: ({ parameters, states: { kept }, figures: { twice } }) => ({
        parameters: ops.add(parameters, ops.sum(twice ?? kept)),
        kept: ops.scale(kept, 2),
      }),
    });
    const trainer = await lineTrainer(counting);
    await trainer.step({ x, y });
    await trainer.step({ x, y });
    const values = await trainer.parameters.read();
    expect(values.get('weight')!.data[0]).toBe(0.5 + 3 + 6);
    const { moments } = await trainer.snapshot();
    expect(moments.kept?.[0]).toBe(12);
    trainer.dispose();
  });

  it('names an update that forgets a state', async () => {
    const forgetful = defineOptimizer({
      name: 'forgetful',
      learningRate: 1,
      states: { kept: 0 },
      // @ts-expect-error: the state `kept` has no next value
      update: ({ parameters }) => ({ parameters }),
    });
    await expect(lineTrainer(forgetful)).rejects.toThrow(
      'optimizer forgetful: the update must return parameters, kept, found parameters',
    );
  });
});

describe('schedules', () => {
  it.each<[string, Schedule, readonly (readonly [number, number])[]]>([
    [
      'constant',
      constantSchedule(2, 4),
      [
        [1, 0.5],
        [4, 2],
        [9, 2],
      ],
    ],
    [
      'inverse root',
      inverseRootSchedule(1, 4),
      [
        [2, 0.5],
        [4, 1],
        [16, 0.5],
      ],
    ],
    [
      'noam',
      noamSchedule(4, 4),
      [
        [1, 0.0625],
        [4, 0.25],
        [16, 0.125],
      ],
    ],
    [
      'cosine',
      cosineSchedule(1, 10, { end: 0.5 }),
      [
        [5, 0.75],
        [10, 0.5],
        [99, 0.5],
      ],
    ],
  ])('%s', (_name, schedule, points) => {
    for (const [step, rate] of points) expect(schedule(step)).toBeCloseTo(rate, 12);
  });
});

describe('what does not fit is refused before anything runs', () => {
  it('batches, without counting as a step', async () => {
    const trainer = await lineTrainer(sgd());
    const wrong: readonly [object, string][] = [
      [{ x }, "batch: input 'y' is missing; expected x, y"],
      [{ x, y, z: [1] }, "batch: no input 'z'; expected x, y"],
      [{ x, y: [1, 2] }, "batch: 'y' is f32[B,1], expected 4 numbers, found 2"],
      [{ x: new Int32Array(4), y }, "batch: 'x' is f32[B,1], found an Int32Array"],
      [
        { x: Array.from({ length: 9 }, () => 0), y },
        'size B is 9, expected an integer from 0 to 8',
      ],
    ];
    for (const [batch, message] of wrong) {
      await expect(trainer.step(batch as { x: number[]; y: number[] })).rejects.toThrow(message);
    }
    expect(trainer.stepCount).toBe(0);
    expect((await trainer.step({ x, y })).step).toBe(1);
    trainer.dispose();
  });

  it('layers, with their path', async () => {
    const mlp = nn.sequential(nn.linear(4, 3), nn.relu(), nn.linear(2, 1));
    const create = Trainer.create(device(), {
      inputs: { x: f32(8, 4) },
      loss: (scope, inputs) => mlp(scope.child('mlp'), inputs.x),
      optimizer: adam(),
    });
    await expect(create).rejects.toThrow(ShapeError);
    await expect(create).rejects.toThrow('mlp.2: linear: expected f32[...,2], found f32[8,3]');
  });

  it('a loss without parameters, names that the trainer needs itself, and unknown options', async () => {
    const inputs = { x: f32(B, 1) };
    const optimizer = sgd();
    const bare = Trainer.create(device(), { inputs, loss: (_, given) => given.x, optimizer });
    await expect(bare).rejects.toThrow('the loss uses no parameters of its scope');
    const taken = Trainer.create(device(), {
      inputs: { learningRate: f32(B, 1) },
      loss: (scope, { learningRate }) => line(scope, learningRate),
      optimizer,
    });
    await expect(taken).rejects.toThrow("the input name 'learningRate' is reserved");
    const unknown = Trainer.create(device(), {
      inputs,
      loss: (scope, given) => line(scope, given.x),
      optimizer,
      // @ts-expect-error: an option of another name
      clip: 1,
    });
    await expect(unknown).rejects.toThrow("trainer: unknown option 'clip'");
    expect(device().liveBuffers).toBe(0);
  });
});

describe('dropout', () => {
  it('is on in training, off in evaluation and in compiled functions', async () => {
    const drop = nn.sequential(nn.dropout(0.5), nn.linear(64, 1, { bias: false }));
    const trainer = await Trainer.create(device(), {
      inputs: { x: f32(64) },
      loss: (scope, given) => drop(scope, given.x),
      optimizer: sgd({ learningRate: 0 }),
      seed: 5,
    });
    const batch = { x: new Float32Array(64).fill(1) };
    const losses = [await trainer.step(batch), await trainer.step(batch)].map(({ loss }) => loss);
    const { loss: whole, accuracy } = await trainer.evaluate([batch]);
    const predict = await compile(
      device(),
      (scope, given) => drop(scope, given.x),
      { x: f32(64) },
      trainer.parameters,
    );
    expect(losses[0]).not.toBeCloseTo(losses[1]!, 6);
    expect(losses[0]).not.toBeCloseTo(whole, 6);
    expect((await predict(batch)).data[0]).toBeCloseTo(whole, 5);
    expect(accuracy).toBeNaN();
    predict.dispose();
    trainer.dispose();
  });
});

describe('a loss that tells what is right', () => {
  it('is evaluated over what counts', async () => {
    const table = nn.embedding(3, 3, { deviation: 0 });
    const trainer = await Trainer.create(device(), {
      inputs: { ids: i32(B), labels: i32(B) },
      loss: (scope, { ids, labels }) => {
        const logits = table(scope, ids);
        const right = ops.cast(ops.equal(ops.argmax(logits), labels), 'f32');
        return { ...ops.meanCrossEntropy(logits, labels), correct: ops.sum(right) };
      },
      optimizer: adam({ learningRate: 0.1 }),
    });
    const batch = { ids: [0, 1, 2, 2], labels: [2, 0, 1, 0] };
    for (let i = 0; i < 20; i++) await trainer.step(batch);
    const { accuracy } = await trainer.evaluate([batch, { ids: [0], labels: [2] }]);
    expect(accuracy).toBeCloseTo(4 / 5, 6);
    trainer.dispose();
  });
});
