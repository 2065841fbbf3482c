/**
 * Some of an op's inputs may be frozen, and nothing but a gradient may be read: the gradient of every
 * differentiable input of every case compiles alone, for each kind of device, and is right in float64.
 */
import { describe, expect, it } from 'vitest';
import { compileGraph } from '../../../src/compiler/compile';
import { allCases } from '../../../src/selfcheck/allCases';
import { worstDifference } from '../../../src/selfcheck/difference';
import { caseInputs, differentiable, onOracle } from '../../../src/selfcheck/opCase';
import { loweringFaults } from '../../support/lowered';
import { gradientGraph, onPlan } from '../../support/opCase';
import { sampled } from '../../support/sample';

const EXACT = { relative: 1e-12, absolute: 1e-300, because: 'the same arithmetic in float64' };

for (const [folder, cases] of Object.entries(allCases())) {
  const trained = sampled(
    cases.filter((opCase) => differentiable(opCase).length > 0),
    8,
  );
  describe.skipIf(trained.length === 0)(folder, () => {
    it.each(trained)('$name: each gradient alone', (opCase) => {
      const inputs = caseInputs(opCase);
      for (const which of differentiable(opCase)) {
        const graph = gradientGraph(opCase, [which]);
        const name = `d${which}`;
        expect(loweringFaults(compileGraph(graph)), name).toEqual([]);
        const [want, got] = [onOracle(graph, inputs), onPlan(graph, inputs)];
        const fault = worstDifference(got.get(name)!.data, want.get(name)!.data, EXACT);
        expect(fault, name).toBeUndefined();
      }
    });
  });
}
