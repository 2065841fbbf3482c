/** Sine and cosine, by functions of their own: WGSL's promise little. */
import { multiplyHigh } from '../../../shaders/lib/functions';
import { sine } from '../../../shaders/lib/sine';
import { apply } from '../../graph/node';
import type { Tensor } from '../../graph/op';
import { defineUnary } from './define';

const functions = [multiplyHigh, sine];

export const sinOp = defineUnary('sin', (x) => `sine(${x}, 0u)`, functions);
export const cosOp = defineUnary('cos', (x) => `sine(${x}, 1u)`, functions);

/**
 * Sine; x in radians. Every finite x, however large, gives a result within 3 ULP and 2^-23 of the sine of
 * exactly that x, and never beyond [-1, 1] (shaders/lib/sine.ts).
 */
export function sin(x: Tensor): Tensor {
  return apply(sinOp, [x], {});
}

/** Cosine; x in radians. As exact as `sin`. */
export function cos(x: Tensor): Tensor {
  return apply(cosOp, [x], {});
}

declare module '../../graph/op' {
  interface OpSet {
    sin: typeof sin;
    cos: typeof cos;
  }
}
