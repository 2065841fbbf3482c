/**
 * Every op, every case: the plan in float64 equals the oracle, the GPU is within the case's bound,
 * gradients agree with finite differences in float64 and the GPU agrees with those gradients. `npm test`
 * takes every sixth case.
 */

import {
  allCases,
  caseGraph,
  caseInputs,
  differentiable,
  onGpu,
  onOracle,
  toleranceOf,
  worstDifference,
} from 'qkv/selfcheck';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { finiteDifferences, onPlan } from '../support/opCase';
import { sampled } from '../support/sample';

const EXACT = { relative: 1e-12, absolute: 1e-300, because: 'the same arithmetic in float64' };

/** Finite differences are a check of formulas: above this many elements a case checks a part. */
const MAX_DIFFERENCES = 400;

const device = useDevice();

for (const [name, cases] of Object.entries(allCases())) {
  describe(name, () => {
    for (const opCase of sampled(cases, 6)) {
      const inputs = caseInputs(opCase);
      const backward = differentiable(opCase).length > 0;

      it(`${opCase.name}: GPU equals the float64 reference, with gradients`, async () => {
        const graph = caseGraph(opCase, backward);
        const want = onOracle(graph, inputs);
        const planned = onPlan(graph, inputs);
        const got = await onGpu(device(), graph, inputs);
        for (const [name, value] of want) {
          expect(
            worstDifference(planned.get(name)!.data, value.data, EXACT),
            `${name} on the plan`,
          ).toBeUndefined();
          expect(
            worstDifference(got[name]!.data, value.data, toleranceOf(opCase, name)),
            `${name} on the GPU`,
          ).toBeUndefined();
        }
      });

      const small = opCase.inputs.every(
        ({ shape }) => shape.reduce((a, b) => a * b, 1) <= MAX_DIFFERENCES,
      );
      if (!backward || !small || opCase.differences === false) continue;
      it(`${opCase.name}: gradients equal finite differences`, () => {
        const grads = onOracle(caseGraph(opCase, true), inputs);
        for (const which of differentiable(opCase)) {
          const want = finiteDifferences(opCase, inputs, which);
          const tolerance = {
            relative: 1e-6,
            absolute: 1e-7,
            because: 'central differences, step 1e-5',
          };
          expect(
            worstDifference(grads.get(`d${which}`)!.data, want, tolerance),
            `d${which}`,
          ).toBeUndefined();
        }
      });
    }
  });
}
