/** Elementwise ops: what they refuse, and that what is composed of several becomes one step. */
import { describe, expect, it } from 'vitest';
import { crossEntropyBackward } from '../../../shaders/crossEntropy/backward.wgsl';
import { crossEntropyForward } from '../../../shaders/crossEntropy/forward.wgsl';
import { identityEpilogue } from '../../../shaders/lib/epilogue';
import { shaderSource } from '../../../shaders/lib/kernel';
import { gradients } from '../../../src/autodiff/grad';
import { compileGraph } from '../../../src/compiler/compile';
import { DTypeError, OptionError, ShapeError } from '../../../src/core/errors';
import type { DType } from '../../../src/core/shape';
import { trace } from '../../../src/graph/graph';
import type { Tensor } from '../../../src/graph/op';
import { ops } from '../../../src/ops';
import { LONE_TEAM } from '../../../src/ops/rowTeams';

const SHAPE = [4, 6];

/** Traces a function of one tensor. */
function traced(build: (x: Tensor) => Tensor, dtype: DType = 'f32', shape = SHAPE) {
  return trace((inputs) => ({ outputs: { y: build(inputs('x')) } }), {
    inputs: { x: { dtype, shape } },
  });
}

const steps = (build: (x: Tensor) => Tensor) => compileGraph(traced(build)).steps.length;

describe('what does not fit is refused', () => {
  const bool = (x: Tensor) => ops.greater(x, ops.zerosLike(x));
  const whole = (x: Tensor) => ops.cast(x, 'i32');
  const wrong: Readonly<Record<string, readonly [(x: Tensor) => Tensor, typeof DTypeError]>> = {
    'a sine of whole numbers': [(x) => ops.sin(whole(x)), DTypeError],
    'a power of whole numbers': [(x) => ops.pow(whole(x), 2), DTypeError],
    'a power to whole numbers': [(x) => ops.pow(x, whole(x)), DTypeError],
    'an infinite exponent': [(x) => ops.pow(x, Number.POSITIVE_INFINITY), OptionError],
    'a remainder of two types': [(x) => ops.mod(x, whole(x)), DTypeError],
    'a remainder of flags': [(x) => ops.mod(bool(x), bool(x)), DTypeError],
    'not of f32': [(x) => ops.not(x), DTypeError],
    'isNaN of whole numbers': [(x) => ops.isNaN(whole(x)), DTypeError],
    'clipping flags': [(x) => ops.clip(bool(x), { min: 0 }), DTypeError],
    'clipping to nothing': [(x) => ops.clip(x, {}), OptionError],
    'an infinite bound': [(x) => ops.clip(x, { max: Number.POSITIVE_INFINITY }), OptionError],
    'a bound beyond f32': [(x) => ops.clip(x, { min: -1e39 }), OptionError],
    'a fraction for whole numbers': [(x) => ops.clip(whole(x), { min: 0.5 }), OptionError],
    'a bound beyond i32': [(x) => ops.clip(whole(x), { max: 2 ** 31 }), OptionError],
  };
  for (const [what, [build, error]] of Object.entries(wrong)) {
    it(`${what}: ${error.name}`, () => expect(() => traced(build)).toThrow(error));
  }

  const loss = (x: Tensor, weights: Tensor) =>
    ops.crossEntropy(x, ops.fill([4], 1, 'i32'), { weights });
  it('class weights of another number, or of another type', () => {
    expect(() => traced((x) => loss(x, ops.fill([5], 1)))).toThrow(ShapeError);
    expect(() => traced((x) => loss(x, ops.fill([6], 1, 'i32')))).toThrow(DTypeError);
  });
});

describe('fusion', () => {
  it('makes one step of a chain of them', () => {
    expect(steps((x) => ops.clip(ops.sin(ops.neg(x)), { min: 0, max: 0.5 }))).toBe(1);
    expect(steps((x) => ops.pow(ops.abs(ops.sub(x, ops.floor(x))), -1.5))).toBe(1);
    expect(steps((x) => ops.mod(ops.pow(x, 3), ops.fill(x.shape, 2)))).toBe(1);
    expect(steps((x) => ops.where(ops.not(ops.isNaN(x)), x, ops.zerosLike(x)))).toBe(1);
  });

  it('makes one step of a gradient, beside the one that fills in that of the loss', () => {
    const gradientOf = (f: (x: Tensor) => Tensor) => (x: Tensor) =>
      gradients(ops.reshape(ops.sum(f(x)), []), [x])[0]!;
    expect(steps(gradientOf((x) => ops.clip(x, { min: -1, max: 1 })))).toBe(2);
    expect(steps(gradientOf((x) => ops.pow(ops.sin(x), 2.5)))).toBe(2);
  });
});

describe('cross-entropy without class weights', () => {
  it('reads and computes nothing for them', () => {
    const shared = { smoothing: 0.1, ignores: true, ignoreIndex: 0, weighted: false } as const;
    const common = { ...shared, team: LONE_TEAM, epilogue: identityEpilogue() };
    const forward = shaderSource(crossEntropyForward, { ...common, counts: false, save: true });
    const backward = shaderSource(crossEntropyBackward, { ...common, shared: true });
    expect(forward + backward).not.toMatch(/weight|share\b|shares/);
  });
});
