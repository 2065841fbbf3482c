/** Numbers that no shader can hold, and values of other graphs, are refused before anything is compiled. */
import { describe, expect, it } from 'vitest';
import { compileGraph } from '../../../src/compiler/compile';
import { OptionError, QkvError } from '../../../src/core/errors';
import { type Lookup, trace } from '../../../src/graph/graph';
import type { Tensor } from '../../../src/graph/op';
import { ops } from '../../../src/ops';

const types = {
  x: { dtype: 'f32', shape: [4, 6] },
  qkv: { dtype: 'f32', shape: [2, 3, 24] },
  t: { dtype: 'i32', shape: [4] },
  b: { dtype: 'bool', shape: [4] },
} as const;

const make = (build: (input: Lookup) => Tensor) =>
  trace((input) => ({ outputs: { y: build(input) } }), { inputs: types });

const padOf = (value: number) => ({ before: [1], after: [0], value });

const REFUSED: Readonly<Record<string, (input: Lookup) => Tensor>> = {
  'pad of f32 with infinity': (input) =>
    ops.pad(input('x'), { before: [0, 0], after: [1, 0], value: -Infinity }),
  'pad of f32 beyond float32': (input) =>
    ops.pad(input('x'), { before: [0, 0], after: [1, 0], value: 1e39 }),
  'pad of i32 with a fraction': (input) => ops.pad(input('t'), padOf(1.5)),
  'pad of i32 beyond i32': (input) => ops.pad(input('t'), padOf(2 ** 31)),
  'pad of bool with 2': (input) => ops.pad(input('b'), padOf(2)),
  'fill of bool with 2': () => ops.fill([4], 2, 'bool'),
  'scale of i32 beyond i32': (input) => ops.scale(input('t'), 1, 2 ** 31),
  'attention with a scale that is no number': (input) =>
    ops.selfAttention(input('qkv'), { heads: 2, scale: Number.NaN }),
  'layer norm with an epsilon beyond float32': (input) =>
    ops.layerNorm(input('x'), undefined, undefined, { epsilon: 1e39 }),
  'cross-entropy that ignores what is no i32': (input) =>
    ops.crossEntropy(input('x'), input('t'), { ignoreIndex: 2 ** 31 }),
  'a nucleus of less than a device can tell from 0': (input) =>
    ops.nucleus(ops.softmax(input('x')), 1e-50),
  'a slice from the middle of an element': (input) =>
    ops.slice(input('x'), { starts: [0.5], ends: [] }),
};

describe('options', () => {
  it.each(Object.entries(REFUSED))('%s', (_, build) => {
    expect(() => make(build)).toThrow(OptionError);
  });

  it('the smallest i32 is a value like others', () => {
    const least = -(2 ** 31);
    make((input) => ops.pad(input('t'), padOf(least)));
    make((input) => ops.scale(input('t'), 1, least));
    make((input) => ops.crossEntropy(input('x'), input('t'), { ignoreIndex: least }));
  });
});

describe('values of another graph', () => {
  const compiled = (build: (input: Lookup) => Tensor) => () => compileGraph(make(build));

  it('of an input of another function', () => {
    let other: Tensor | undefined;
    make((input) => {
      other = input('x');
      return other;
    });
    expect(compiled((input) => ops.add(input('x'), other!))).toThrow(QkvError);
    expect(compiled((input) => ops.add(input('x'), other!))).toThrow("need input 'x' of another");
  });

  it("of a loop's body", () => {
    const leak = compiled((input) => {
      let inner: Tensor | undefined;
      ops.scan(
        ([carry], [row]) => {
          inner = ops.exp(row!);
          return { carry: [ops.add(carry!, inner)], y: [] };
        },
        [ops.fill([6], 0)],
        [input('x')],
      );
      return inner!;
    });
    expect(leak).toThrow("of another function or of a loop's body");
  });
});
