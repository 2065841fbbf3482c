/** Training as a whole: it learns, is deterministic, resumes exactly, and does not grow. */

import { AbortedError } from 'qkv';
import { Decoder } from 'qkv/generate';
import { PARAMETERS } from 'qkv/nn';
import { moments, readCheckpoint, writeCheckpoint } from 'qkv/train';
import { describe, expect, it } from 'vitest';
import { countBuffers } from '../../tools/lib/countBuffers';
import { useDevice } from '../support/device';
import { inFull, isFull, sampled } from '../support/sample';
import {
  batchesOf,
  movedPairs,
  TINY_MODELS,
  TINY_OPTIONS,
  TINY_TASKS,
  tinyTrainer,
} from '../support/smallTraining';

const device = useDevice();
const pairs = movedPairs(400, 1);

/** Those that learn to the end, which takes long: the sample of other suites has models that do. */
const learns = (kind: string) => isFull && kind in TINY_MODELS && !kind.includes(',');

describe.each(sampled(Object.keys(TINY_TASKS), 3))('training, %s', (kind) => {
  it.runIf(learns(kind))('learns a small language, then decodes it', async () => {
    const steps = kind === 'bahdanau' ? 250 : 500;
    const schedule = { kind: 'linear', rate: 0.01, warmup: 50, steps } as const;
    const { model, trainer } = await tinyTrainer(device(), { schedule }, kind);
    const losses: number[] = [];
    await trainer.train(batchesOf(pairs, steps), {
      onStep: ({ loss }) => losses.push(loss),
    });
    expect(losses[0]).toBeGreaterThan(2);
    expect(losses.slice(-20).reduce((a, b) => a + b, 0) / 20).toBeLessThan(1);
    const decoder = await Decoder.create(device(), model, trainer.layout, trainer.states, {
      maxBatch: 16,
      ids: { pad: 0, bos: 1, eos: 2 },
      attention: true,
    });
    const [batch] = batchesOf(movedPairs(16, 1), 1);
    const result = await decoder.decode(
      { shape: [batch!.size, batch!.sourceLength], data: batch!.source },
      { shape: [batch!.size], data: batch!.sourceLengths },
    );
    const right = result.filter(([best], b) => {
      const want = [
        ...batch!.targetOutput.subarray(
          b * batch!.targetLength,
          b * batch!.targetLength + batch!.targetLengths[b]! - 1,
        ),
      ];
      return best!.ids.join() === want.join();
    });
    expect(right.length).toBeGreaterThanOrEqual(14);
    for (const rows of result[0]![0]!.attention ?? [])
      expect(rows.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    decoder.dispose();
    trainer.dispose();
  });

  it('is bit-equal from run to run, and after a checkpoint', async () => {
    const { trainer: whole } = await tinyTrainer(device(), {}, kind);
    const losses: number[] = [];
    await whole.train(batchesOf(pairs, 12), { onStep: ({ loss }) => losses.push(loss) });
    const end = await whole.states.read(PARAMETERS);

    const { trainer: first } = await tinyTrainer(device(), {}, kind);
    const all = [...batchesOf(pairs, 12)];
    await first.train(all.slice(0, 5));
    const bytes = writeCheckpoint(first.layout, {
      snapshot: await first.snapshot(),
      cursor: { seed: 1, epoch: 0, batch: 5 },
      losses: losses.slice(0, 5),
      recipe: '{}',
      seconds: 1,
    });
    const { trainer: second } = await tinyTrainer(device(), { seed: 99 }, kind);
    second.dispose();
    const { trainer: resumed } = await tinyTrainer(device(), {}, kind);
    const checkpoint = readCheckpoint(bytes, resumed.layout, moments(TINY_OPTIONS.optimizer));
    expect(checkpoint.cursor.batch).toBe(5);
    resumed.restore(checkpoint.snapshot);
    const later: number[] = [];
    await resumed.train(all.slice(5), { onStep: ({ loss }) => later.push(loss) });
    expect(later).toEqual(losses.slice(5));
    expect(await resumed.states.read(PARAMETERS)).toEqual(end);
    for (const trainer of [whole, first, resumed]) trainer.dispose();
  });

  it('does not grow over many steps with changing sizes, and leaves nothing behind', async () => {
    const before = device().liveBytes;
    const live = countBuffers(device().gpu);
    const { trainer } = await tinyTrainer(device(), {}, kind);
    await trainer.train(batchesOf(pairs, 20));
    const [bytes, pipelines] = [live().bytes, device().pipelines.size];
    await trainer.train(batchesOf(pairs, inFull(kind === 'transformer' ? 200 : 100, 30), 2));
    expect(live().bytes).toBe(bytes);
    expect(device().pipelines.size).toBe(pipelines);
    trainer.dispose();
    trainer.dispose();
    expect(live().bytes).toBe(0);
    expect(device().liveBytes).toBe(before);
  });
});

describe('the training loop', () => {
  it('stops between steps when asked, and can go on', async () => {
    const { trainer } = await tinyTrainer(device());
    const abort = new AbortController();
    const steps: number[] = [];
    const training = trainer.train(batchesOf(pairs, 50), {
      signal: abort.signal,
      onStep: ({ step }) => {
        steps.push(step);
        if (step === 3) abort.abort();
      },
    });
    await expect(training).rejects.toThrow(AbortedError);
    const done = trainer.stepCount;
    expect(steps).toEqual(Array.from({ length: done }, (_, i) => i + 1));
    await trainer.train(batchesOf(pairs, 2));
    expect(trainer.stepCount).toBe(done + 2);
    trainer.dispose();
  });
});
