/** The worker of worker.test.ts: it translates, and trains a tiny model with checkpoints. */
import { openDevice, Translator } from 'qkv';
import { beamSearch } from 'qkv/generate';
import { indexedDbStore } from 'qkv/io';
import { transformer } from 'qkv/models';
import { readCheckpoint, writeCheckpoint } from 'qkv/train';
import { serve } from 'qkv/worker';
import { batchesOf, movedPairs, tinyTrainer } from '../../support/smallTraining';

const NAME = 'tiny.safetensors';
const MOMENTS = ['exp_avg', 'exp_avg_sq'];

interface TrainOptions {
  readonly onStep?: (step: number, loss: number) => void;
  readonly signal?: AbortSignal;
}

/** Trains to a number of steps, on from the last checkpoint; saves one after every fourth step. */
async function train(steps: number, { onStep, signal }: TrainOptions = {}) {
  const store = indexedDbStore('worker-test');
  const device = await openDevice();
  const { trainer } = await tinyTrainer(device);
  try {
    const saved = await store.load(NAME);
    if (saved !== undefined) {
      trainer.restore(readCheckpoint(saved, trainer.layout, MOMENTS).snapshot);
    }
    const resumed = trainer.stepCount;
    const losses: number[] = [];
    const all = [...batchesOf(movedPairs(64, 5), steps)];
    for (const [i, batch] of all.slice(resumed).entries()) {
      signal?.throwIfAborted();
      await trainer.train([batch], { onStep: ({ loss }) => losses.push(loss) });
      onStep?.(trainer.stepCount, losses.at(-1) ?? Number.NaN);
      if ((resumed + i) % 4 === 3) {
        const rest = {
          cursor: { seed: 1, epoch: 0, batch: trainer.stepCount },
          losses,
          recipe: '{}',
          seconds: 0,
        };
        const snapshot = await trainer.snapshot();
        await store.save(NAME, writeCheckpoint(trainer.layout, { snapshot, ...rest }));
      }
    }
    return { resumed, losses: Float32Array.from(losses) };
  } finally {
    trainer.dispose();
    device.dispose();
  }
}

const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);

export const services = serve(
  { Translator, train, sum },
  { load: { kinds: [transformer], decodings: [beamSearch] } },
);
