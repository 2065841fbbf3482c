/** A tiny training run, in Node and in the page of trainInPage.test.ts. */
import { type Device, openDevice } from 'qkv';
import { batchesOf, movedPairs, tinyTrainer } from '../../support/smallTraining';

export interface Trained {
  readonly losses: readonly number[];
  /** Bytes that are left on the device. */
  readonly liveBytes: number;
}

/** Trains on a device of the caller's. */
export async function trainOn(device: Device, steps: number): Promise<Trained> {
  const { trainer } = await tinyTrainer(device);
  const losses: number[] = [];
  const batches = batchesOf(movedPairs(64, 5), steps);
  await trainer.train(batches, { onStep: ({ loss }) => losses.push(loss) });
  trainer.dispose();
  return { losses, liveBytes: device.liveBytes };
}

/** Trains on the page's device. */
export async function train(steps: number): Promise<Trained> {
  const device = await openDevice();
  const trained = await trainOn(device, steps);
  device.dispose();
  return trained;
}
