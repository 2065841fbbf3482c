/** Elementwise functions of one tensor. */
import {
  erf as erfText,
  safeTanh,
  sigmoid as sigmoidText,
  softplus as softplusText,
} from '../../../shaders/lib/functions';
import { apply } from '../../graph/node';
import type { Tensor } from '../../graph/op';
import { add, mul } from '../binary/op';
import { scale } from '../fill/op';
import { defineUnary } from './define';

export const negOp = defineUnary('neg', (x) => `-${x}`);
export const expOp = defineUnary('exp', (x) => `exp(${x})`);
export const logOp = defineUnary('log', (x) => `log(${x})`);
export const sqrtOp = defineUnary('sqrt', (x) => `sqrt(${x})`);
export const rsqrtOp = defineUnary('rsqrt', (x) => `inverseSqrt(${x})`);
export const tanhOp = defineUnary('tanh', (x) => `safe_tanh(${x})`, [safeTanh]);
export const sigmoidOp = defineUnary('sigmoid', (x) => `sigmoid(${x})`, [sigmoidText]);
export const softplusOp = defineUnary('softplus', (x) => `softplus(${x})`, [softplusText]);
export const reluOp = defineUnary('relu', (x) => `max(${x}, 0.0)`);
export const absOp = defineUnary('abs', (x) => `abs(${x})`);
export const erfOp = defineUnary('erf', (x) => `erf(${x})`, [erfText]);
export const floorOp = defineUnary('floor', (x) => `floor(${x})`);
export const roundOp = defineUnary('round', (x) => `round(${x})`);

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

/** log(1 + e^x), accurate for all x: -log(sigmoid(-x)). */
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

/** The largest whole number not above x; the gradient is 0. */
export function floor(x: Tensor): Tensor {
  return apply(floorOp, [x], {});
}

/** The nearest whole number, ties to even; the gradient is 0. */
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
