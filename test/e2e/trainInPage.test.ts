/** The training loop in a page: the same code and the same losses as in Node. */

import { type Device, openDevice } from 'qkv';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defined } from '../../tools/lib/defined';
import { nodeGpu } from '../../tools/nodeGpu';
import { useSite } from '../support/site';
import { batchesOf, movedPairs, tinyTrainer } from '../support/smallTraining';
import { ROOT } from '../support/sourceScan';

const STEPS = 12;
const site = useSite();
let device: Device | undefined;

beforeAll(async () => {
  device = await openDevice({ gpu: await nodeGpu() });
});
afterAll(() => device?.dispose());

async function lossesInNode(): Promise<readonly number[]> {
  const losses: number[] = [];
  const { trainer } = await tinyTrainer(defined(device, 'the device'));
  const batches = batchesOf(movedPairs(64, 5), STEPS);
  await trainer.train(batches, { onStep: ({ loss }) => losses.push(loss) });
  trainer.dispose();
  return losses;
}

interface Found {
  readonly losses: readonly number[];
  readonly liveBytes: number;
}

/** The same in the page; a text, since imports of this file are not the page's. */
const IN_PAGE = `(async () => {
  const { openDevice } = await import('/@fs${ROOT}/src/entries/index.ts');
  const { batchesOf, movedPairs, tinyTrainer } =
    await import('/@fs${ROOT}/test/support/smallTraining.ts');
  const device = await openDevice();
  const { trainer } = await tinyTrainer(device);
  const losses = [];
  await trainer.train(batchesOf(movedPairs(64, 5), ${STEPS}), {
    onStep: ({ loss }) => losses.push(loss),
  });
  trainer.dispose();
  const { liveBytes } = device;
  device.dispose();
  return { losses, liveBytes };
})()`;

it('learns in a page as it does in Node, and leaves no GPU memory behind', async () => {
  const { page, errors } = await site.openPlain();
  const found = (await page.evaluate(IN_PAGE)) as Found;
  const expected = await lossesInNode();
  expect(found.losses).toHaveLength(STEPS);
  // The same adapter in both is bit-equal; another one in the page differs by rounding.
  found.losses.forEach((loss, i) => {
    expect(loss).toBeCloseTo(expected[i] ?? Number.NaN, 3);
  });
  expect(found.losses.at(-1)).toBeLessThan(found.losses[0] ?? 0);
  expect(found.liveBytes).toBe(0);
  expect(errors).toEqual([]);
});
