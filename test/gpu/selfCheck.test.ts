/** Every candidate that a lowering may choose, also those for adapters that are not at hand, is right. */
import { expect, it } from 'vitest';
import { selfCheck, selfCheckReport } from '../../src/selfcheck';
import { useDevice } from '../support/device';

const device = useDevice();

it('finds every candidate right', async () => {
  const { verdicts, runs } = await selfCheck(device(), {
    onProgress: (done, total) => console.log(done, total, performance.now() | 0),
  });
  console.log(runs, selfCheckReport(device(), verdicts));
  expect(Object.values(verdicts).filter(({ failure }) => failure !== undefined)).toEqual([]);
});
