/** Sine and cosine with WGSL functions of our own, since the built-in ones promise little accuracy. */
import { multiplyHigh } from '../../../shaders/lib/functions';
import { sine } from '../../../shaders/lib/sine';
import { apply } from '../../graph/node';
import type { Tensor } from '../../graph/op';
import { defineUnary } from './define';

const functions = [multiplyHigh, sine];

export const sinOp = defineUnary('sin', (x) => `sine(${x}, 0u)`, functions);
export const cosOp = defineUnary('cos', (x) => `sine(${x}, 1u)`, functions);

/**
 * Sine; x in radians. For every finite x, however large, the result is within 3 ULP and 2^-23 of the exact sine
 * of x, and never beyond [-1, 1] (shaders/lib/sine.ts).
 */
export function sin(x: Tensor): Tensor {
  return apply(sinOp, [x], {});
}

/** Cosine; x in radians. As accurate as `sin`. */
export function cos(x: Tensor): Tensor {
  return apply(cosOp, [x], {});
}

declare module '../../graph/op' {
  interface OpSet {
    sin: typeof sin;
    cos: typeof cos;
  }
}
