/**
 * Promises are awaited before they can reject: an error that an app catches never ends its process, in
 * whatever order the work under way fails.
 */
import { type Device, DeviceLostError, DisposedError, InputError, openDevice } from 'qkv';
import { NearestRows } from 'qkv/inspect';
import { makeBatch } from 'qkv/text';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { nodeGpu } from '../../tools/nodeGpu';
import { tinyTrainer } from '../support/smallTraining';

const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
beforeAll(() => {
  process.on('unhandledRejection', note);
});
afterAll(() => {
  process.off('unhandledRejection', note);
});
afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(unhandled.splice(0)).toEqual([]);
});

const good = makeBatch([{ source: [5, 6], target: [7, 8] }]);
/** An id outside the vocabulary. */
const bad = makeBatch([{ source: [5, 6000], target: [7, 8] }]);

async function withDevice(work: (device: Device) => Promise<void>): Promise<void> {
  const device = await openDevice({ gpu: await nodeGpu() });
  try {
    await work(device);
  } finally {
    device.dispose();
  }
}

it('a training step that fails at once, while others run', async () => {
  await withDevice(async (device) => {
    for (const batches of [[bad], [good, bad, good, good], [bad, bad, bad, bad]]) {
      const { trainer } = await tinyTrainer(device);
      const steps: number[] = [];
      const training = trainer.train(batches, { onStep: ({ step }) => steps.push(step) });
      await expect(training).rejects.toThrow(InputError);
      expect(steps).toEqual(batches.indexOf(bad) === 0 ? [] : [1]);
      // Nothing was started after the step that failed.
      expect(trainer.stepCount).toBe(batches.indexOf(bad));
      trainer.dispose();
    }
  });
});

it.each([
  ['lost', DeviceLostError, (device: Device): void => device.gpu.destroy()],
  ['disposed', DisposedError, (device: Device): void => device.dispose()],
] as const)('training while the device is %s', async (_, type, end) => {
  await withDevice(async (device) => {
    const { trainer } = await tinyTrainer(device);
    await trainer.train([good]);
    const training = trainer.train([good, good, good, good, good], { onStep: () => end(device) });
    await expect(training).rejects.toThrow(type);
    await expect(trainer.train([good])).rejects.toThrow(type);
    await expect(trainer.evaluate([good])).rejects.toThrow(type);
  });
});

it('work that rejects after the device has failed', async () => {
  await withDevice(async (device) => {
    let fail: (error: Error) => void = () => undefined;
    const work = new Promise((_, reject) => {
      fail = reject;
    });
    const guarded = device.guard(work);
    device.dispose();
    fail(new Error('late'));
    await expect(guarded).rejects.toThrow(DisposedError);
    await expect(device.guard(Promise.reject(new Error('later')))).rejects.toThrow(DisposedError);
  });
});

it('queries of rows that are disposed of under way', async () => {
  await withDevice(async (device) => {
    const rows = { shape: [3, 2], data: Float32Array.of(1, 0, 0.9, 0.1, 0, 1) };
    const query = { shape: [1, 2], data: Float32Array.of(0, 1) };
    for (const wait of [0, 1, 2, 3, 10]) {
      const nearest = await NearestRows.create(device, rows);
      await nearest.nearest(query, 1);
      const pending = [nearest.nearest(query, 1), nearest.nearest(query, 3)];
      for (let i = 0; i < wait; i++) await Promise.resolve();
      nearest.dispose();
      for (const one of pending) await expect(one).rejects.toThrow(DisposedError);
      expect([device.liveBuffers, device.liveBytes]).toEqual([0, 0]);
      nearest.dispose();
    }
  });
});
