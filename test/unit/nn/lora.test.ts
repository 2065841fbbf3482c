/** LoRA's products in float64: their values are the paper's, and their gradients are slopes. */
import { describe, expect, it } from 'vitest';
import { gradients } from '../../../src/autodiff/grad';
import { NdArray } from '../../../src/core/ndArray';
import { random } from '../../../src/core/random';
import { f32, i32 } from '../../../src/core/shape';
import { evaluateGraph } from '../../../src/cpu/oracle';
import { trace } from '../../../src/graph/graph';
import type { Tensor } from '../../../src/graph/op';
import { loraLayout, loraScope } from '../../../src/nn/lora';
import { bindParameters, declareParameters, type Scope } from '../../../src/nn/parameters';
import { ops } from '../../../src/ops';

const INPUTS = 5;
const ROWS = 12;
const zeros = { kind: 'zeros' } as const;

/** A target of some rows of `fused.weight` [12, 5]. */
function target(name: string, from: number, rows: number, rank: number, scale: number) {
  return { parameter: 'fused.weight', from, rows, inputs: INPUTS, name, rank, scale, dropout: 0 };
}

/** The product with the matrix in parts, beside each other. */
const inParts = (parts: readonly number[]) => (scope: Scope, x: Tensor) =>
  ops.concat(
    scope
      .child('fused')
      .splitWeight('weight', [ROWS, INPUTS], zeros, parts)
      .map((weight) => weight.product(x)),
    -1,
  );

/** Values of an arena. */
function values(count: number, seed: number): Float64Array {
  const source = random(seed);
  return Float64Array.from({ length: count }, () => source.normal());
}

const CASES = [
  { title: 'the whole matrix', parts: [12], targets: [target('all', 0, 12, 2, 1.5)] },
  { title: 'rank 1 of one row', parts: [12], targets: [target('one', 11, 1, 1, -2)] },
  {
    title: 'first and last rows of a fused matrix',
    parts: [12],
    targets: [target('v', 8, 4, 3, 0.5), target('q', 0, 4, 2, 2)],
  },
  {
    title: 'fused rows whose matrix the model splits as a decoder does',
    parts: [4, 8],
    targets: [target('q', 0, 4, 2, 2), target('v', 8, 4, 3, 0.5)],
  },
  { title: 'a target in several parts', parts: [4, 3, 5], targets: [target('c', 2, 9, 2, 0.7)] },
] as const;

describe.each(CASES)('$title', ({ parts, targets }) => {
  const plan = { targets, copies: [] };
  const model = inParts(parts);
  const types = { x: f32(2, 3, INPUTS) };
  const layout = declareParameters((scope, input) => model(scope, input('x')), types);
  const own = loraLayout(plan);
  const weights = values(layout.size, 1);
  const x = values(2 * 3 * INPUTS, 2);
  const factors = values(2 * 3 * ROWS, 4);
  const graph = trace(
    (input, states) => {
      const base = bindParameters(layout, states('base')).scope;
      const bound = bindParameters(own, states('own'));
      const y = model(loraScope(base, bound.scope, plan), input('x'));
      const loss = ops.reshape(ops.sum(ops.mul(ops.mul(y, y), input('factors'))), [1]);
      const found = gradients(
        loss,
        bound.pieces().map(({ tensor }) => tensor),
      );
      const named = found.map((grad, i) => [`${bound.pieces()[i]!.offset}`, grad] as const);
      return { outputs: { y, loss, ...Object.fromEntries(named) } };
    },
    {
      inputs: { ...types, factors: f32(2, 3, ROWS) },
      states: { base: f32(layout.size), own: f32(own.size) },
    },
  );
  const at = (arena: Float64Array) =>
    evaluateGraph(
      graph,
      new Map([
        ['x', NdArray.from([2, 3, INPUTS], x)],
        ['factors', NdArray.from([2, 3, ROWS], factors)],
      ]),
      new Map([
        ['base', NdArray.from([layout.size], weights)],
        ['own', NdArray.from([own.size], arena)],
      ]),
      new Map(),
    ).outputs;
  const arena = values(own.size, 3);
  const offsetOf = (name: string) =>
    own.parameters.find((parameter) => parameter.name === name)!.parts[0]!.offset;

  it('is x (W + scale B A)^T, row by row', () => {
    const y = at(arena).get('y')!.data;
    for (let token = 0; token < 6; token++) {
      for (let row = 0; row < ROWS; row++) {
        let want = 0;
        for (let i = 0; i < INPUTS; i++) {
          let weight = weights[weightIndex(row, i)]!;
          for (const { name, from, rows, rank, scale } of targets) {
            if (row < from || row >= from + rows) continue;
            const [a, b] = ['A', 'B'].map((one) => offsetOf(`${name}.lora_${one}.weight`));
            for (let k = 0; k < rank; k++) {
              weight += scale * arena[b! + (row - from) * rank + k]! * arena[a! + k * INPUTS + i]!;
            }
          }
          want += weight * x[token * INPUTS + i]!;
        }
        // Sums of fewer than 50 terms of about 1 in float64.
        expect(Math.abs(y[token * ROWS + row]! - want)).toBeLessThan(1e-12);
      }
    }
  });

  /** Where a weight is in the model's arena, which has each part at an offset of its own. */
  function weightIndex(row: number, column: number): number {
    let first = 0;
    for (const { rows, offset } of layout.parameters[0]!.parts) {
      if (row < first + rows) return offset + (row - first) * INPUTS + column;
      first += rows;
    }
    return Number.NaN;
  }

  it('has slopes as gradients of A and B', () => {
    const outputs = at(arena);
    expect(own.parameters).toHaveLength(2 * targets.length);
    for (const { name, shape, parts: pieces } of own.parameters) {
      const [offset, size] = [pieces[0]!.offset, shape[0]! * shape[1]!];
      const direction = values(size, 5);
      const moved = (step: number) => {
        const other = arena.slice();
        for (const [i, d] of direction.entries()) other[offset + i]! += step * d;
        return at(other).get('loss')!.flat(0);
      };
      const step = 1e-4;
      const slope = (moved(step) - moved(-step)) / (2 * step);
      const gradient = outputs.get(`${offset}`)!.data;
      const want = direction.reduce((sum, d, i) => sum + d * gradient[i]!, 0);
      // The loss is quadratic along A and along B, so that only rounding is left: 2^-53 of a loss
      // of a few thousand, over the step.
      expect(Math.abs(slope - want), name).toBeLessThan(1e-7);
      expect(Math.abs(want), name).toBeGreaterThan(1e-2);
    }
  });
});

describe('a scope with an adapter', () => {
  const plan = { targets: [target('all', 0, 12, 2, 1)], copies: [] };
  const trying = (model: (scope: Scope, ids: Tensor) => unknown) => () =>
    declareParameters((scope, input) => model(loraScope(scope, scope, plan), input('ids')), {
      ids: i32(2, 3),
    });

  it('refuses a matrix in which the model looks rows up, or that it uses otherwise', () => {
    const shape = [ROWS, INPUTS];
    const weight = (scope: Scope) => scope.child('fused').weight('weight', shape, zeros);
    expect(trying((scope, ids) => weight(scope).rows(ids))).toThrow(/as a table of vectors/);
    expect(trying((scope) => scope.child('fused').parameter('weight', shape, zeros))).toThrow(
      /in another way than by products/,
    );
  });

  it('gives copies in place of whole parameters, wherever they are used', () => {
    const copies = [{ parameter: 'head.bias', shape: [4], name: 'own.bias' }];
    const { parameters } = declareParameters((scope) =>
      loraScope(scope, scope, { targets: [], copies }).child('head').parameter('bias', [4], zeros),
    );
    expect(parameters.map(({ name }) => name)).toEqual(['own.bias']);
  });
});
