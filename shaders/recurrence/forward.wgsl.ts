/**
 * Time steps of a recurrent layer: the product of the state with the weights of all gates and, in the thread
 * that has the sums, the gates. A thread keeps tileM rows x 4 units x all gates in registers, as in matmul. A
 * dispatch is one step, or many where workgroups are persistent (after Diamos et al. 2016; rows of a batch are
 * independent, so that no workgroup waits for another).
 */

import { each } from '../lib/each';
import { defineKernel } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import { declareSums, type QuadSpec } from '../matmul/quads';
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

export type RecurrenceForwardSpec = RecurrenceSpec & {
  /** Whether the products of the state have a bias. */
  readonly bias: boolean;
  /** Whether the state before each step is stored, and what the backward pass reads. */
  readonly previous: boolean;
  readonly keep: boolean;
  /**
   * Whether this is a single step: it reads states and cells from one array [B, H] and writes them to another.
   * Otherwise states are double-buffered [2, B, H], and cells are updated in place.
   */
  readonly single: boolean;
};

/** a: states; b: weights [gates * H, H]. */
export const recurrenceForward = defineKernel<RecurrenceForwardSpec>({
  name: 'recurrenceForward',
  enable: ({ product }) => (product === 'subgroup' ? ['subgroups'] : []),
  diagnosticsOff: ['subgroup_uniformity'],
  params: () => RECURRENCE_PARAMS,
  bindings: (spec) => {
    const element = elementOf(spec);
    const { cell, bias, lengths, previous, keep, single } = spec;
    const hasCell = cells[cell].cell;
    const access = single ? 'read' : 'read_write';
    return [
      { name: 'x', access: 'read', element },
      { name: 'b', access: 'read', element },
      ...(bias ? [{ name: 'bias', access: 'read', element } as const] : []),
      ...(lengths ? [{ name: 'lengths', access: 'read', element: 'i32' } as const] : []),
      { name: 'a', access, element },
      ...(hasCell ? [{ name: 'cell', access, element } as const] : []),
      { name: 'y', access: 'read_write', element },
      ...(hasCell && single ? [{ name: 'next_cell', access: 'read_write', element } as const] : []),
      ...(previous ? [{ name: 'previous', access: 'read_write', element } as const] : []),
      ...(keep ? [{ name: 'kept', access: 'read_write', element } as const] : []),
    ];
  },
  body: (spec) => {
    const { cell, aligned, tileM, bias, previous, keep, single } = spec;
    const { gates, cell: hasCell, saved, forward } = cells[cell];
    const quads = quadsOf(spec);
    const width = aligned ? '(params.k >> 2u)' : 'params.k';
    const own = (part: string) => placeIn(spec, `${part} * params.m + b`, 1, 0);
    return wgsl`
alias V = ${elementOf(spec)};
${cellFunctions}
${sharedSums(spec, gates)}
${recurrenceMain(
  spec,
  `  let half = step & 1u;
  ${each(
    tileM,
    (r) => `let m${r} = (half * params.m + min(row + ${r}u, params.m - 1u)) * ${width};`,
  )}
  ${each(gates, (g) =>
    each(
      UNITS,
      (j) =>
        `let n${g * UNITS + j} = (${g}u * params.size + min(unit + ${j}u, params.size - 1u)) * ${width};`,
    ),
  )}
  ${declareSums(quads)}
  ${productText(spec, quads)}
  ${gatherSums(spec, gates)}
  ${eachElement(
    spec,
    gates,
    (sum) => `let at = b * params.length + t;
      let before = a[${own('half')}];
      ${hasCell ? `let cell_before = cell[${own('0u')}];` : ''}
      ${each(gates, (g) => {
        const ownBias = bias ? ` + bias[${placeIn(spec, '0u', gates, g)}]` : '';
        return `let x${g} = x[${placeIn(spec, 'at', gates, g)}]; let s${g} = ${sum(g)}${ownBias};`;
      })}
      ${forward}
      let after = select(before, hidden, live);
      ${single ? '' : `a[${own('(1u - half)')}] = after;`}
      y[${placeIn(spec, 'at', 1, 0)}] = after;
      ${hasCell ? `${single ? 'next_cell' : 'cell'}[${own('0u')}] = select(cell_before, cell_after, live);` : ''}
      ${previous ? `previous[${placeIn(spec, 'at', 1, 0)}] = before;` : ''}
      ${keep ? each(saved, (i) => `kept[${placeIn(spec, 'at', saved, i)}] = keep${i};`) : ''}`,
  )}`,
)}`;
  },
});

/** The product of a step: states [B, H] times weights [gates * H, H], transposed. */
function quadsOf({ cell, aligned, tileM }: RecurrenceForwardSpec): QuadSpec {
  const tileN = cells[cell].gates * UNITS;
  const known = { m: false, n: false, k: aligned };
  return { transposeA: false, transposeB: true, aligned: known, tileM, tileN };
}
