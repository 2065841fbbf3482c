/**
 * Frozen inputs of attention on the GPU: the gradient of each differentiable input alone, which leaves
 * out kernels, outputs and bindings of the others (test/unit/ops/partialGradients has every op's).
 */

import {
  allCases,
  caseInputs,
  differentiable,
  onGpu,
  onOracle,
  toleranceOf,
  worstDifference,
} from 'qkv/selfcheck';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { gradientGraph } from '../support/opCase';
import { inFull } from '../support/sample';

const device = useDevice();
const cases = allCases().attention!;

/** Each compiles kernels of its own, which takes a software adapter up to a second. */
const EVERY = inFull(4, 9);

describe('attention', () => {
  it.each(cases.filter((_, i) => i % EVERY === 0))('$name: each gradient alone', async (item) => {
    const inputs = caseInputs(item);
    for (const which of differentiable(item)) {
      const graph = gradientGraph(item, [which]);
      const name = `d${which}`;
      const got = await onGpu(device(), graph, inputs);
      const want = onOracle(graph, inputs).get(name)!;
      const fault = worstDifference(got[name]!.data, want.data, toleranceOf(item, name));
      expect(fault, name).toBeUndefined();
    }
  });
});
