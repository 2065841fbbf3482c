/** Rotary positions: what products of rotated vectors depend on, what tables cost, what is refused. */
import { describe, expect, it } from 'vitest';
import { compileGraph } from '../../../src/compiler/compile';
import { lowerPlan } from '../../../src/compiler/dispatch/lower';
import { DTypeError, OptionError, ShapeError } from '../../../src/core/errors';
import { NdArray } from '../../../src/core/ndArray';
import { random } from '../../../src/core/random';
import type { TensorType } from '../../../src/core/shape';
import { type Graph, trace } from '../../../src/graph/graph';
import type { Tensor } from '../../../src/graph/op';
import { inputTensor } from '../../../src/graph/source';
import { ops } from '../../../src/ops';
import { onOracle } from '../../../src/selfcheck/opCase';
import { TARGETS } from '../../support/lowered';
import { onPlan } from '../../support/opCase';

const f32 = (...shape: readonly number[]): TensorType => ({ dtype: 'f32', shape });
const i32 = (...shape: readonly number[]): TensorType => ({ dtype: 'i32', shape });

function graphOf(
  inputs: Readonly<Record<string, TensorType>>,
  build: (given: (name: string) => Tensor) => Readonly<Record<string, Tensor>>,
): Graph {
  return trace((given) => ({ outputs: build(given) }), { inputs });
}

describe('rotary positions', () => {
  it.each([false, true])('make products depend on the distance alone (neighbours: %s)', (pairs) => {
    const graph = graphOf({ q: f32(1, 8), k: f32(1, 8), at: i32(1), later: i32(1) }, (given) => {
      const turned = (name: string, offset: Tensor) =>
        ops.rotary(given(name), undefined, { heads: 1, interleaved: pairs, offset });
      const product = ops.matmul(turned('q', given('later')), turned('k', given('at')), {
        transposeB: true,
      });
      return { product };
    });
    const source = random(3);
    const drawn = () =>
      NdArray.from(
        [1, 8],
        Array.from({ length: 8 }, () => source.normal()),
      );
    const [q, k] = [drawn(), drawn()];
    const products = [0, 17, 5000].map((at) => {
      const inputs = new Map([
        ['q', q],
        ['k', k],
        ['at', NdArray.from([1], [at])],
        ['later', NdArray.from([1], [at + 6])],
      ]);
      return onOracle(graph, inputs).get('product')!.data[0]!;
    });
    expect(products[1]).toBeCloseTo(products[0]!, 9);
    expect(products[2]).toBeCloseTo(products[0]!, 9);
  });

  it('rotates queries and keys of packed projections as it rotates them apart', () => {
    const graph = graphOf({ qkv: f32(2, 5, 24) }, (given) => {
      const part = (from: number, to: number) =>
        ops.slice(given('qkv'), { starts: [0, 0, from], ends: [2, 5, to] });
      const [q, k] = [part(0, 8), part(8, 16)].map((x) => ops.rotary(x, undefined, { heads: 2 }));
      return {
        packed: ops.selfAttention(ops.rotary(given('qkv'), undefined, { heads: 4, size: 4 }), {
          heads: 2,
        }),
        apart: ops.attention(q!, k!, part(16, 24), { heads: 2 }).output,
      };
    });
    const source = random(4);
    const qkv = NdArray.from(
      [2, 5, 24],
      Array.from({ length: 240 }, () => source.normal()),
    );
    const got = onPlan(graph, new Map([['qkv', qkv]]));
    const [packed, apart] = [got.get('packed')!.data, got.get('apart')!.data];
    packed.forEach((value, i) => {
      expect(value).toBeCloseTo(apart[i]!, 12);
    });
  });

  it('are one dispatch with what follows, and tables that layers share', () => {
    const graph = graphOf({ q: f32(2, 5, 8), k: f32(2, 5, 16), offset: i32(1) }, (given) => {
      const offset = given('offset');
      const turned = (name: string, heads: number) =>
        ops.scale(ops.rotary(given(name), undefined, { heads, offset }), 0.5);
      return { q: turned('q', 2), k: turned('k', 4) };
    });
    const plan = compileGraph(graph);
    const dispatches = lowerPlan(plan, TARGETS.gpu);
    expect(dispatches.map(({ kernel }) => kernel.name)).toEqual(['rotary', 'rotary']);
    const constants = plan.storages.filter(({ use }) => use.kind === 'constant');
    expect(constants.map(({ byteLength }) => byteLength)).toEqual([1024 * 8 * 4, 1024 * 8 * 4]);
  });

  it('take a table of as many rows as there are positions, where that is known', () => {
    const graph = graphOf({ x: f32(2, 5, 8) }, (given) => ({
      y: ops.rotary(given('x'), undefined, { heads: 2 }),
    }));
    const constants = compileGraph(graph).storages.filter(({ use }) => use.kind === 'constant');
    expect(constants.map(({ byteLength }) => byteLength)).toEqual([8 * 8 * 4]);
  });

  const given = (type: TensorType) => inputTensor('x', type);
  const x = given(f32(2, 3, 8));
  it.each([
    ['heads that do not fit', () => ops.rotary(x, undefined, { heads: 3 }), OptionError, /3 heads/],
    [
      'more columns than there are',
      () => ops.rotary(x, undefined, { heads: 2, size: 5 }),
      OptionError,
      /2 heads of 5/,
    ],
    [
      'half a pair',
      () => ops.rotary(x, undefined, { heads: 2, rotarySize: 3 }),
      OptionError,
      /even number up to 4/,
    ],
    ['odd heads', () => ops.rotary(x, undefined, { heads: 8 }), OptionError, /even number/],
    [
      'more than a head',
      () => ops.rotary(x, undefined, { heads: 2, rotarySize: 6 }),
      OptionError,
      /up to 4/,
    ],
    [
      'other frequencies',
      () => ops.rotary(x, undefined, { heads: 2, frequencies: [1] }),
      OptionError,
      /expected 2/,
    ],
    ['a base of 0', () => ops.rotary(x, undefined, { heads: 2, base: 0 }), OptionError, /base/],
    [
      'positions of numbers',
      () => ops.rotary(x, given(f32(3)), { heads: 2 }),
      DTypeError,
      /positions must be i32/,
    ],
    [
      'positions of other rows',
      () => ops.rotary(x, given(i32(2)), { heads: 2 }),
      ShapeError,
      /\[3\] or \[2,3\]/,
    ],
    [
      'an offset of rows',
      () => ops.rotary(x, undefined, { heads: 2, offset: given(i32(2)) }),
      ShapeError,
      /\[1\]/,
    ],
    [
      'whole numbers',
      () => ops.rotary(given(i32(3, 4)), undefined, { heads: 1 }),
      DTypeError,
      /f32/,
    ],
    [
      'an unknown option',
      () => ops.rotary(x, undefined, { heads: 2, ...{ theta: 1 } }),
      OptionError,
      /known: heads/,
    ],
  ] as const)('refuse %s', (_, build, error, message) => {
    expect(build).toThrow(error);
    expect(build).toThrow(message);
  });
});
