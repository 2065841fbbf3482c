/**
 * Matrix product without workgroup memory for subgroups of 4 lanes, which share tileM rows and have tileN
 * columns each; a workgroup is one subgroup. For 16 k at a time each lane loads A at its own four k, and the
 * lanes exchange them by quad swaps: in step i a lane has the k of lane ^ i and loads B there, so that nothing
 * is loaded twice. Method: measured on SwiftShader, where a load costs one branch per lane, a swap is one
 * instruction (a broadcast ten), and a loop blends each sum once per iteration.
 */

import { each } from '../lib/each';
import { defineKernel } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import {
  declareSums,
  loadQuadsA,
  loadQuadsB,
  type QuadSpec,
  quadBindings,
  quadPlaces,
  storeSums,
} from './quads';
import { type MatmulSpec, matmulParams } from './spec';

/** Invocations of a workgroup, along columns. */
export const SUBGROUP_LANES = 4;
const LANES = SUBGROUP_LANES;

/** The values that lane ^ i holds. */
export const swapped = (i: number, value: string) =>
  i === 0 ? value : `quadSwap${['', 'X', 'Y', 'Diagonal'][i] ?? ''}(${value})`;

export const matmulSubgroup = defineKernel<MatmulSpec>({
  name: 'matmulSubgroup',
  enable: () => ['subgroups'],
  diagnosticsOff: ['subgroup_uniformity'],
  params: matmulParams,
  bindings: quadBindings,
  body: (spec) => wgsl`
${spec.epilogue.code}
@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(subgroup_invocation_id) lane: u32) {
  let row = workgroup_id.y * ${spec.tileM}u;
  let column = (workgroup_id.x * ${LANES}u + lane) * ${spec.tileN}u;
  let batch = workgroup_id.z;
  ${quadPlaces(spec)}
  ${declareSums(spec)}
  ${subgroupProduct(spec)}
  ${storeSums(spec)}
}`,
});

/** Adds the products over all k to the sums; `lane` is the lane in a subgroup of 4. */
export function subgroupProduct(spec: QuadSpec): string {
  return `for (var quad = 0u; 4u * quad < params.k; quad += ${LANES}u) {
    ${loadQuadsA(spec, 'quad + lane')}
    ${each(LANES, (i) => `${step(spec, i)}\n    `)}
  }`;
}

function step(spec: QuadSpec, i: number): string {
  const { tileM, tileN } = spec;
  const sums = each(tileM, (r) => {
    const products = each(tileN, (j) => `c${r}_${j} += dot(s${r}_${i}, b${j}_${i});`);
    return `let s${r}_${i} = ${swapped(i, `a${r}`)}; ${products}\n    `;
  });
  return `${loadQuadsB(spec, `quad + (lane ^ ${i}u)`, `_${i}`)}\n    ${sums}`;
}
