/** Trainers with RMSprop and Adagrad: they learn, resume exactly, and keep their state under torch's names. */

import { FormatError, OptionError } from 'qkv';
import { parseSafetensors } from 'qkv/io';
import { PARAMETERS } from 'qkv/nn';
import {
  moments,
  type OptimizerOptions,
  optimizerRate,
  readCheckpoint,
  type Trainer,
  writeCheckpoint,
} from 'qkv/train';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { batchesOf, movedPairs, TINY_OPTIONS, tinyTrainer } from '../support/smallTraining';

const device = useDevice();
const pairs = movedPairs(200, 1);
const STEPS = 40;

const optimizers: Readonly<Record<string, OptimizerOptions>> = {
  rmsprop: { kind: 'rmsprop', alpha: 0.99, epsilon: 1e-8 },
  'centered rmsprop with momentum': {
    ...{ kind: 'rmsprop', alpha: 0.95, epsilon: 1e-4, momentum: 0.5, centered: true },
    weightDecay: 0.01,
  },
  adagrad: {
    ...{ kind: 'adagrad', epsilon: 1e-10, rateDecay: 0.05, initialAccumulator: 0.1 },
    weightDecay: 0.001,
  },
};

const refused: readonly OptimizerOptions[] = [
  { kind: 'rmsprop', alpha: 1, epsilon: 1e-8 },
  { kind: 'rmsprop', alpha: 0.9, epsilon: 0 },
  { kind: 'rmsprop', alpha: 0.9, epsilon: 1e-8, momentum: -0.1 },
  { kind: 'adagrad', epsilon: 0 },
  { kind: 'adagrad', epsilon: 1e-10, rateDecay: -1 },
  { kind: 'adagrad', epsilon: 1e-10, initialAccumulator: -1 },
  // @ts-expect-error: a kind from outside TypeScript
  { kind: 'nadam' },
];

const STATES: Readonly<Record<string, readonly string[]>> = {
  rmsprop: ['square_avg'],
  'centered rmsprop with momentum': ['square_avg', 'momentum_buffer', 'grad_avg'],
  adagrad: ['sum'],
};

const trainerOf = async (optimizer: OptimizerOptions) => {
  const schedule = { kind: 'constant', rate: optimizer.kind === 'adagrad' ? 0.25 : 0.003 } as const;
  return (await tinyTrainer(device(), { optimizer, schedule }, 'gru language model')).trainer;
};

const checkpointOf = async <Batch>(trainer: Trainer<Batch>) =>
  writeCheckpoint(trainer.layout, {
    snapshot: await trainer.snapshot(),
    cursor: { seed: 1, epoch: 0, batch: trainer.stepCount },
    losses: [],
    recipe: '{}',
    seconds: 1,
  });

describe.each(Object.entries(optimizers))('training with %s', (name, optimizer) => {
  it('learns, and resumes from a checkpoint to the bit', async () => {
    const whole = await trainerOf(optimizer);
    const losses: number[] = [];
    const rates: number[] = [];
    const batches = [...batchesOf(pairs, STEPS)];
    await whole.train(batches, {
      onStep: ({ loss, learningRate }) => {
        losses.push(loss);
        rates.push(learningRate);
      },
    });
    const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
    expect(mean(losses.slice(-5))).toBeLessThan(0.9 * mean(losses.slice(0, 5)));
    expect(rates).toEqual(rates.map((_, i) => optimizerRate(optimizer, rates[0]!, i + 1)));

    const first = await trainerOf(optimizer);
    await first.train(batches.slice(0, 7));
    const bytes = await checkpointOf(first);
    const resumed = await trainerOf(optimizer);
    resumed.restore(readCheckpoint(bytes, resumed.layout, moments(optimizer)).snapshot);
    const later: number[] = [];
    await resumed.train(batches.slice(7), { onStep: ({ loss }) => later.push(loss) });
    expect(later).toEqual(losses.slice(7));
    expect(await resumed.states.read(PARAMETERS)).toEqual(await whole.states.read(PARAMETERS));
    for (const trainer of [whole, first, resumed]) trainer.dispose();
  });

  it("keeps its state in checkpoints under torch's names", async () => {
    const trainer = await trainerOf(optimizer);
    const { tensors } = parseSafetensors(await checkpointOf(trainer));
    const states = [...tensors.keys()].flatMap(
      (key) => key.match(/^optimizer\.(\w+)\//)?.[1] ?? [],
    );
    expect([...new Set(states)].toSorted()).toEqual(STATES[name]!.toSorted());
    const start = optimizer.kind === 'adagrad' ? Math.fround(0.1) : 0;
    for (const state of moments(optimizer)) {
      expect(new Set(await trainer.states.read(state))).toEqual(new Set([start]));
    }
    trainer.dispose();
  });
});

describe('what does not fit', () => {
  it('is named: the checkpoint of another optimiser', async () => {
    const trainer = await trainerOf(TINY_OPTIONS.optimizer);
    const bytes = await checkpointOf(trainer);
    const read = () => readCheckpoint(bytes, trainer.layout, ['square_avg']);
    expect(read).toThrow(FormatError);
    expect(read).toThrow("expected the optimiser's state 'square_avg', found exp_avg, exp_avg_sq");
    trainer.dispose();
  });

  for (const optimizer of refused) {
    it(`is refused: ${JSON.stringify(optimizer)}`, async () => {
      await expect(trainerOf(optimizer)).rejects.toThrow(OptionError);
    });
  }
});
