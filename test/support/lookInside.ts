/** What tests of looking inside loaded models share. */
import type { Device } from 'qkv';
import type { NdArray } from 'qkv/cpu';
import type { Inspected } from 'qkv/inspect';
import { EPSILON, worstDifference } from 'qkv/selfcheck';
import { connect, type Services, serve } from 'qkv/worker';
import { expect } from 'vitest';

/** How far values may be from those in float64. */
export const INSIDE_TOLERANCE = {
  relative: Math.sqrt(1e5) * EPSILON,
  because:
    'a value comes from about 100 tokens x 1000 terms, whose roundings add like a random walk ' +
    '(Higham and Mary 2019); relative to the largest of its tensor',
};

/** Expects all values that a model in float64 notes, besides its 'result', and no others. */
export function expectFloat64(
  { values }: Inspected,
  want: ReadonlyMap<string, NdArray>,
  others: readonly string[] = [],
) {
  const names = Object.keys(values).filter((name) => !others.includes(name));
  expect(names.toSorted()).toEqual([...want.keys()].filter((name) => name !== 'result').toSorted());
  for (const name of names) {
    const { data } = want.get(name)!;
    // Scores are about 0 where weights are small; their scale is that of what they are sums of.
    const tolerance = { ...INSIDE_TOLERANCE, absolute: EPSILON };
    expect(worstDifference(values[name]!.data, data, tolerance), name).toBeUndefined();
  }
}

/** Counts the pipelines that are compiled while something runs. */
export async function compiled({ gpu }: Device, work: () => Promise<unknown>): Promise<number> {
  const { createComputePipelineAsync } = gpu;
  let count = 0;
  gpu.createComputePipelineAsync = (descriptor) => {
    count++;
    return createComputePipelineAsync.call(gpu, descriptor);
  };
  await work();
  gpu.createComputePipelineAsync = createComputePipelineAsync;
  return count;
}

/** Services over a message channel, whose messages are those between a page and its worker. */
export function overChannel<S extends Services>(
  services: S,
  load: Readonly<Record<string, unknown>>,
) {
  const { port1, port2 } = new MessageChannel();
  serve(services, { load, port: port2 });
  const page = Object.assign(port1, { terminate: () => port1.close() });
  const connection = connect<S>(page as unknown as Worker);
  port1.start();
  port2.start();
  const end = () => {
    connection.terminate();
    port2.close();
  };
  return { services: connection.services, end };
}
