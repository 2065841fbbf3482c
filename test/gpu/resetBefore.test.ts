/** The GRU with the reset gate before the product: gradients, GPU and float64, as of an op. */

import { resetBeforeLayer, resetBeforeStep } from 'qkv/nn';
import {
  type Case,
  type CaseInput,
  caseGraph,
  caseInputs,
  differentiable,
  EPSILON,
  onGpu,
  onOracle,
  worstDifference,
} from 'qkv/selfcheck';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { finiteDifferences, onPlan } from '../support/opCase';

const device = useDevice();

function layerCase(batch: number, length: number, size: number, reverse: boolean): Case {
  const input = (...shape: readonly number[]): CaseInput => ({
    shape,
    fill: { kind: 'normal', scale: 0.6 },
  });
  const lengths = Array.from({ length: batch }, (_, b) => 1 + ((b * 2) % length));
  return {
    name: `[${batch}, ${length}, ${size}]${reverse ? ', reverse' : ''}`,
    inputs: [
      input(batch, length, 3 * size),
      input(3 * size, size),
      input(3 * size),
      input(batch, size),
      { shape: [batch], dtype: 'i32', fill: { kind: 'values', values: lengths } },
      input(batch, 3 * size),
    ],
    build: (x, weight, bias, hidden, rowLengths, next) => {
      const options = { reverse, bias, lengths: rowLengths, initial: { hidden } };
      const { y, final, kept } = resetBeforeLayer(x!, weight!, options);
      return [y, final.hidden, kept, resetBeforeStep(next!, weight!, final.hidden, bias)];
    },
    tolerance: {
      relative: (2 * size + 256 * (length + 1)) * EPSILON,
      because: 'two products of `size` terms a step, tanh and sigmoids of up to 64 ULP each',
    },
    gradientTolerance: {
      relative: 8 * (2 * size + 64 * batch + 256 * (length + 1)) * EPSILON,
      because: 'the same through every step backwards, and sums over rows and steps',
    },
  };
}

describe('a GRU with reset before', () => {
  for (const opCase of [
    layerCase(2, 3, 5, false),
    layerCase(3, 2, 4, true),
    layerCase(1, 1, 1, false),
  ]) {
    it(`${opCase.name}: GPU and plan are float64's, gradients are finite differences`, async () => {
      const inputs = caseInputs(opCase);
      const graph = caseGraph(opCase, true);
      const want = onOracle(graph, inputs);
      const [planned, got] = [onPlan(graph, inputs), await onGpu(device(), graph, inputs)];
      const exact = { relative: 1e-12, because: 'the same arithmetic in float64' };
      for (const [name, { data }] of want) {
        const bound = name.startsWith('d') ? opCase.gradientTolerance! : opCase.tolerance;
        expect(worstDifference(planned.get(name)!.data, data, exact), name).toBeUndefined();
        expect(worstDifference(got[name]!.data, data, bound), name).toBeUndefined();
      }
      for (const which of differentiable(opCase)) {
        const bound = { relative: 1e-6, absolute: 1e-7, because: 'central differences, step 1e-5' };
        const slopes = finiteDifferences(opCase, inputs, which);
        expect(worstDifference(want.get(`d${which}`)!.data, slopes, bound)).toBeUndefined();
      }
    });
  }
});
