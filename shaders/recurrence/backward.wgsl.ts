/**
 * Time steps of a recurrent layer in the backward pass: the gradient of the state from that of the products of
 * the following step, then through the gates (Werbos 1990). A dispatch has as many steps as in the forward
 * pass.
 */

import { each } from '../lib/each';
import { defineKernel } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import { declareSums, placesB, type QuadSpec } from '../matmul/quads';
import { cellFunctions, cells } from './cells';
import {
  eachElement,
  elementOf,
  gatherSums,
  placeIn,
  productText,
  RECURRENCE_PARAMS,
  type RecurrenceSpec,
  recurrenceMain,
  sharedSums,
  UNITS,
} from './spec';

/** a: gradients of the state's products [B, L, gates * H]; b: weights [gates * H, H]. */
export const recurrenceBackward = defineKernel<RecurrenceSpec>({
  name: 'recurrenceBackward',
  enable: ({ product }) => (product === 'subgroup' ? ['subgroups'] : []),
  diagnosticsOff: ['subgroup_uniformity'],
  params: () => RECURRENCE_PARAMS,
  bindings: (spec) => {
    const element = elementOf(spec);
    const { cell: hasCell, splits } = cells[spec.cell];
    return [
      { name: 'dy', access: 'read', element },
      { name: 'kept', access: 'read', element },
      { name: 'b', access: 'read', element },
      ...(spec.lengths ? [{ name: 'lengths', access: 'read', element: 'i32' } as const] : []),
      { name: 'a', access: 'read_write', element },
      { name: 'directs', access: 'read_write', element },
      ...(hasCell ? [{ name: 'dcells', access: 'read_write', element } as const] : []),
      ...(splits ? [{ name: 'dxs', access: 'read_write', element } as const] : []),
    ];
  },
  body: (spec) => {
    const { cell, aligned, reverse, tileM } = spec;
    const { gates, cell: hasCell, saved, splits, backward } = cells[cell];
    const quads = quadsOf(spec);
    const width = aligned ? '(params.k >> 2u)' : 'params.k';
    const own = placeIn(spec, 'b', 1, 0);
    const live = (value: string) => `select(V(), ${value}, live)`;
    // In the first step the value is not used.
    const after = reverse ? 'params.length - max(step, 1u)' : 'max(step, 1u) - 1u';
    return wgsl`
alias V = ${elementOf(spec)};
${cellFunctions}
${sharedSums(spec, 1)}
${recurrenceMain(
  spec,
  `  let column = unit;
  let first_b = 0u;
  let later = ${after};
  ${each(
    tileM,
    (r) => `let m${r} = (min(row + ${r}u, params.m - 1u) * params.length + later) * ${width};`,
  )}
  ${placesB(quads)}
  ${declareSums(quads)}
  if (step > 0u) {
    ${productText(spec, quads)}
  }
  ${gatherSums(spec, 1)}
  ${eachElement(
    spec,
    1,
    (sum) => `let at = b * params.length + t;
      let dh = dy[${placeIn(spec, 'at', 1, 0)}] + directs[${own}] + ${sum(0)};
      ${hasCell ? `let dc = dcells[${own}];` : ''}
      ${each(saved, (i) => `let k${i} = kept[${placeIn(spec, 'at', saved, i)}];`)}
      ${backward}
      ${each(gates, (g) => `a[${placeIn(spec, 'at', gates, g)}] = ${live(`d${g}`)};`)}
      ${splits ? each(gates, (g) => `dxs[${placeIn(spec, 'at', gates, g)}] = ${live(`dx${g}`)};`) : ''}
      directs[${own}] = select(dh, direct, live);
      ${hasCell ? `dcells[${own}] = select(dc, dc_before, live);` : ''}`,
  )}`,
)}`;
  },
});

/** The product of a step: gradients [B, gates * H] times weights [gates * H, H]. */
function quadsOf({ aligned, tileM }: RecurrenceSpec): QuadSpec {
  const known = { m: false, n: aligned, k: aligned };
  return { transposeA: false, transposeB: false, aligned: known, tileM, tileN: UNITS };
}
