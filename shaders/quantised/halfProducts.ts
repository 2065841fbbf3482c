/** Products in half precision of vec4<f16> in workgroup memory. */

import { each } from '../lib/each';
import { PARTS } from '../lib/wgsl';
import { declareOwn, type Products } from '../matmul/shared.wgsl';

/**
 * Uses vectors of f16, of which many GPUs compute twice as many in the same time. The products of all k in
 * memory are summed in f16, then added in f32: a conversion takes an instruction, just like an addition.
 */
export const halfProducts: Products = (spec, depth, a, b) => {
  const eachSum = (text: (r: number, q: number) => string) =>
    each(spec.tileM, (r) => `${each(spec.tileN / 4, (q) => text(r, q))}\n      `);
  const part = (i: number) => PARTS[i % 4] ?? 'x';
  const row = (r: number) => `a${Math.floor(r / 4)}.${part(r)}`;
  return `${eachSum((r, q) => `var t${r}_${q} = vec4<f16>();`)}
    for (var p = 0u; p < ${depth}u; p++) {
      ${declareOwn(spec, a, b, 'p')}
      ${eachSum((r, q) => `t${r}_${q} += ${row(r)} * b${q};`)}
    }
    ${eachSum((r, q) => each(4, (i) => `c${r}_${4 * q + i} += f32(t${r}_${q}.${part(i)});`))}`;
};
