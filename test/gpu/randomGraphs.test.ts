/**
 * Graphs drawn by fast-check on the device, and those that failed once: no wrong value, none that does
 * not compile, no validation error.
 */
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { buildKnown, knownGraphs } from '../support/graphs/known';
import { gpuFault } from '../support/graphs/onGpu';
import { holdsForGraphs, seedOf } from '../support/graphs/property';
import { inFull, isFull } from '../support/sample';

const device = useDevice();
const GRAPHS = inFull(2000, 15);

describe('on the device', () => {
  const seed = seedOf(2);
  // Printed first: a compiler that hangs or crashes leaves no other trace of what it was given.
  console.log(`random graphs of seed ${seed}`);
  it(`random graphs equal float64, ${GRAPHS} of seed ${seed}`, async () => {
    const check = async (built: Parameters<typeof gpuFault>[1]) => {
      const fault = await gpuFault(device(), built);
      // Kept, the kernels of all graphs would take gigabytes on a software adapter.
      if (isFull) device().pipelines.clear();
      return fault;
    };
    const { graphs } = await holdsForGraphs({ graphs: GRAPHS, seed, check });
    console.log(`${graphs} random graphs on ${device().adapterName}`);
    expect(graphs).toBe(GRAPHS);
  }, 7_200_000);

  it.each(knownGraphs)('is right: $name', async (known) => {
    expect(await gpuFault(device(), buildKnown(known))).toBeUndefined();
  });
});
