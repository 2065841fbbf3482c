/** The training loop in a page: the same code and the same losses as in Node. */

import { openDevice } from 'qkv';
import { expect, it } from 'vitest';
import { nodeGpu } from '../../tools/nodeGpu';
import { useSite } from '../support/site';
import { type Trained, trainOn } from './pages/train';

const STEPS = 12;
const site = useSite({ folder: 'test/e2e/pages' });
it('learns in a page as it does in Node, and leaves no GPU memory behind', async () => {
  const { page, errors } = await site.open();
  const found = (await page.evaluate(`functions.train(${STEPS})`)) as Trained;
  const own = await openDevice({ gpu: await nodeGpu() });
  const expected = (await trainOn(own, STEPS)).losses;
  own.dispose();
  expect(found.losses).toHaveLength(STEPS);
  // The same adapter in both is bit-equal; another one in the page differs by rounding.
  found.losses.forEach((loss, i) => {
    expect(loss).toBeCloseTo(expected[i] ?? Number.NaN, 3);
  });
  expect(found.losses.at(-1)).toBeLessThan(found.losses[0] ?? 0);
  expect(found.liveBytes).toBe(0);
  expect(errors).toEqual([]);
});
