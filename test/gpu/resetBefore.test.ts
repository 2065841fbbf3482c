/** The GRU with the reset gate before the product: gradients, GPU and float64, as of an op. */

import { ops } from 'qkv/graph';
import { bindParameters, declareParameters, gru } from 'qkv/nn';
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
  const layer = gru(size, size, { resetAfter: false, reverse });
  const step = gru(size, size, { resetAfter: false });
  const layout = declareParameters((scope) => layer(scope, ops.fill([1, 1, size], 0)));
  const lengths = Array.from({ length: batch }, (_, b) => 1 + ((b * 2) % length));
  return {
    name: `[${batch}, ${length}, ${size}]${reverse ? ', reverse' : ''}`,
    inputs: [
      input(batch, length, size),
      input(layout.size),
      input(batch, size),
      { shape: [batch], dtype: 'i32', fill: { kind: 'values', values: lengths } },
      input(batch, size),
    ],
    build: (x, arena, hidden, rowLengths, next) => {
      const { scope } = bindParameters(layout, arena!);
      const given = { lengths: rowLengths, initial: [{ hidden }] };
      const { y, final } = layer.withStates(scope, x!, given);
      return [y, final[0]!.hidden, step.step(scope, next!, final)[0]!.hidden];
    },
    tolerance: {
      relative: (3 * size + 256 * (length + 1)) * EPSILON,
      because: 'three products of `size` terms a step, tanh and sigmoids of up to 64 ULP each',
    },
    gradientTolerance: {
      relative: 8 * (3 * size + 64 * batch + 256 * (length + 1)) * EPSILON,
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
