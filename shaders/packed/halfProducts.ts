/** Products in half precision of what lies in workgroup memory as vec4<f16>. */
import { PARTS } from '../matmul/quads';
import { declareOwn, type Products } from '../matmul/shared.wgsl';
import { each } from '../matmul/spec';

/** Products that are summed in f16 before they are added in f32. */
const HALF_SUMS = 4;

/** Vectors of f16, which GPUs compute twice as many of in the same time. */
export const halfProducts: Products = (spec, depth, a, b) => {
  const { tileM, tileN } = spec;
  const part = (i: number) => PARTS[i % 4] ?? 'x';
  const term = (r: number, g: number, q: number) =>
    `a${Math.floor(r / 4)}_${q}.${part(r)} * b${g}_${q}`;
  const sum = (r: number, g: number) => {
    const terms = Array.from({ length: HALF_SUMS }, (_, q) => term(r, g, q));
    const add = each(4, (j) => `c${r}_${4 * g + j} += f32(t.${part(j)});`);
    return `{ let t = ${terms.join(' + ')}; ${add} }\n      `;
  };
  return `for (var p = 0u; p < ${depth}u; p += ${HALF_SUMS}u) {
      ${each(HALF_SUMS, (q) => `${declareOwn(spec, a, b, `p + ${q}u`, `_${q}`)}\n      `)}
      ${each(tileM, (r) => each(tileN / 4, (g) => sum(r, g)))}
    }`;
};
