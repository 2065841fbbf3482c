/**
 * Attention's options together on the GPU: output, weights and gradients of an even sample of all
 * combinations, and each gradient without the others.
 */

import { EPSILON, onGpu, onOracle, worstDifference } from 'qkv/selfcheck';
import { describe, expect, it } from 'vitest';
import {
  alone,
  combinations,
  graphOf,
  subsets,
  trained,
  typesOf,
  valuesOf,
} from '../support/attentionCombinations';
import { useDevice } from '../support/device';
import { inFull } from '../support/sample';

const device = useDevice();

/** exp within 58 ULP, sums over three channels and four keys; gradients are products of three such. */
const TOLERANCE = { relative: 8 * (64 + 4 * 7) * EPSILON, because: 'as of the cases' };

/** Each compiles kernels of its own, which takes a software adapter up to a second. */
const EVERY = inFull(1, 52);

describe.each(['qkv', 'kv', 'none'] as const)('attention of %s', (packing) => {
  const all = combinations(packing);
  const sample = all.filter((_, i) => i % EVERY === EVERY - 1);

  it.each(sample)('under $flags, weights: $weights', async (each) => {
    const values = valuesOf(typesOf(packing, each.flags));
    const graph = graphOf(each, trained(each), false);
    const got = await onGpu(device(), graph, values);
    for (const [name, { data }] of onOracle(graph, values)) {
      expect(worstDifference(got[name]!.data, data, TOLERANCE), name).toBeUndefined();
    }
  });

  it.each([all[0]!, all.at(-1)!])('any gradient alone under $flags', async (each) => {
    const values = valuesOf(typesOf(packing, each.flags));
    for (const wrt of subsets(trained(each)).filter((some) => some.length > 0)) {
      const graph = alone(graphOf(each, wrt, false));
      const got = await onGpu(device(), graph, values);
      for (const [name, { data }] of onOracle(graph, values)) {
        const fault = worstDifference(got[name]!.data, data, TOLERANCE);
        expect(fault, `${name} of d ${wrt}`).toBeUndefined();
      }
    }
  });
});
