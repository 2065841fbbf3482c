/** Elementwise functions of one tensor. */
import { apply } from '../../graph/node';
import type { Op, Tensor } from '../../graph/op';
import { add, mul } from '../binary/op';
import { scale } from '../fill/op';
import type { UnaryName } from './attrs';
import { defineUnary, type Unary, type UnaryAttrs } from './define';

const unaries: Readonly<Record<UnaryName, Unary>> = {
  neg: { wgsl: (x) => `-${x}` },
  abs: { wgsl: (x) => `abs(${x})` },
  exp: { wgsl: (x) => `exp(${x})` },
  log: { wgsl: (x) => `log(${x})` },
  sqrt: { wgsl: (x) => `sqrt(${x})` },
  rsqrt: { wgsl: (x) => `inverseSqrt(${x})` },
  tanh: { wgsl: (x) => `safe_tanh(${x})`, functions: ['safe_tanh'] },
  sigmoid: { wgsl: (x) => `sigmoid(${x})`, functions: ['sigmoid'] },
  softplus: { wgsl: (x) => `softplus(${x})`, functions: ['softplus'] },
  relu: { wgsl: (x) => `max(${x}, 0.0)` },
  erf: { wgsl: (x) => `erf(${x})`, functions: ['erf'] },
  floor: { wgsl: (x) => `floor(${x})` },
  round: { wgsl: (x) => `round(${x})` },
};

function unaryOp(name: UnaryName): Op<UnaryAttrs> {
  return defineUnary(name, unaries[name]);
}

export const negOp = unaryOp('neg');
export const expOp = unaryOp('exp');
export const logOp = unaryOp('log');
export const sqrtOp = unaryOp('sqrt');
export const rsqrtOp = unaryOp('rsqrt');
export const tanhOp = unaryOp('tanh');
export const sigmoidOp = unaryOp('sigmoid');
export const softplusOp = unaryOp('softplus');
export const reluOp = unaryOp('relu');
export const absOp = unaryOp('abs');
export const erfOp = unaryOp('erf');
export const floorOp = unaryOp('floor');
export const roundOp = unaryOp('round');

/** -x. */
export function neg(x: Tensor): Tensor {
  return apply(negOp, [x], {});
}

/** e^x; overflows above 88.7. */
export function exp(x: Tensor): Tensor {
  return apply(expOp, [x], {});
}

/** Natural logarithm; x must be positive. */
export function log(x: Tensor): Tensor {
  return apply(logOp, [x], {});
}

/** Square root; x must not be negative. */
export function sqrt(x: Tensor): Tensor {
  return apply(sqrtOp, [x], {});
}

/** 1 / sqrt(x); x must be positive. */
export function rsqrt(x: Tensor): Tensor {
  return apply(rsqrtOp, [x], {});
}

/** Hyperbolic tangent. */
export function tanh(x: Tensor): Tensor {
  return apply(tanhOp, [x], {});
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: Tensor): Tensor {
  return apply(sigmoidOp, [x], {});
}

/** log(1 + e^x), for any x: minus the log of sigmoid(-x). */
export function softplus(x: Tensor): Tensor {
  return apply(softplusOp, [x], {});
}

/** max(x, 0); the gradient at 0 is 0. */
export function relu(x: Tensor): Tensor {
  return apply(reluOp, [x], {});
}

/** |x|; the gradient at 0 is 0. */
export function abs(x: Tensor): Tensor {
  return apply(absOp, [x], {});
}

/** x * x. */
export function square(x: Tensor): Tensor {
  return mul(x, x);
}

/** The error function. */
export function erf(x: Tensor): Tensor {
  return apply(erfOp, [x], {});
}

/** The largest whole number that is not above x; the gradient is 0. */
export function floor(x: Tensor): Tensor {
  return apply(floorOp, [x], {});
}

/** The nearest whole number, of two equally near ones the even one; the gradient is 0. */
export function round(x: Tensor): Tensor {
  return apply(roundOp, [x], {});
}

/** x * sigmoid(x) (Elfwing et al. 2018). */
export function silu(x: Tensor): Tensor {
  return mul(x, sigmoid(x));
}

/** x * (1 + erf(x / sqrt 2)) / 2: the exact form (Hendrycks and Gimpel 2016), PyTorch's default. */
export function gelu(x: Tensor): Tensor {
  return mul(x, scale(erf(scale(x, Math.SQRT1_2)), 0.5, 0.5));
}

/** x * (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2: the tanh form of gelu. */
export function geluTanh(x: Tensor): Tensor {
  const cube = mul(x, mul(x, x));
  const inner = scale(add(x, scale(cube, 0.044715)), Math.sqrt(2 / Math.PI));
  return mul(x, scale(tanh(inner), 0.5, 0.5));
}

declare module '../../graph/op' {
  interface OpSet {
    neg: typeof neg;
    exp: typeof exp;
    log: typeof log;
    sqrt: typeof sqrt;
    rsqrt: typeof rsqrt;
    tanh: typeof tanh;
    sigmoid: typeof sigmoid;
    softplus: typeof softplus;
    relu: typeof relu;
    abs: typeof abs;
    square: typeof square;
    erf: typeof erf;
    floor: typeof floor;
    round: typeof round;
    silu: typeof silu;
    gelu: typeof gelu;
    geluTanh: typeof geluTanh;
  }
}
