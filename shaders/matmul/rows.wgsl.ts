/**
 * Matrix product for few rows (decoding) on GPUs: 8 invocations along columns, tileN columns each, times 8 that
 * split K and add their partial sums in workgroup memory. Neighbours read along the storage of B: along k where
 * B is transposed, else along columns. Method: the matrix-vector products of wgpu-mm and llama.cpp, with a
 * fixed order of summation.
 */

import { each } from '../lib/each';
import { defineKernel } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import { declareSums, loadQuadsA, loadQuadsB, quadBindings, quadPlaces, storeSums } from './quads';
import { type MatmulSpec, matmulParams } from './spec';

/** Invocations along columns, and invocations that split K. */
export const ROWS_WORKGROUP = 8;
const THREADS = ROWS_WORKGROUP * ROWS_WORKGROUP;

export const matmulRows = defineKernel<MatmulSpec>({
  name: 'matmulRows',
  params: matmulParams,
  bindings: quadBindings,
  body: (spec) => {
    const { tileM, tileN, transposeB, epilogue } = spec;
    const size = tileM * tileN;
    const [columnLane, slice] = transposeB
      ? [`thread / ${ROWS_WORKGROUP}u`, `thread % ${ROWS_WORKGROUP}u`]
      : [`thread % ${ROWS_WORKGROUP}u`, `thread / ${ROWS_WORKGROUP}u`];
    const eachSum = (text: (name: string, i: number) => string) =>
      each(tileM, (r) => each(tileN, (j) => text(`c${r}_${j}`, r * tileN + j)));
    return wgsl`
${epilogue.code}
var<workgroup> partial: array<f32, ${THREADS * size}>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let lane = ${columnLane};
  let slice = ${slice};
  let row = workgroup_id.y * ${tileM}u;
  let column = (workgroup_id.x * ${ROWS_WORKGROUP}u + lane) * ${tileN}u;
  let batch = workgroup_id.z;
  ${quadPlaces(spec)}
  ${declareSums(spec)}
  for (var quad = slice; 4u * quad < params.k; quad += ${ROWS_WORKGROUP}u) {
    ${loadQuadsA(spec, 'quad')}
    ${loadQuadsB(spec, 'quad')}
    ${each(tileM, (r) => each(tileN, (j) => `c${r}_${j} += dot(a${r}, b${j});`))}
  }
  let mine = (slice * ${ROWS_WORKGROUP}u + lane) * ${size}u;
  ${eachSum((name, i) => `partial[mine + ${i}u] = ${name};`)}
  workgroupBarrier();
  if (slice > 0u) { return; }
  for (var other = 1u; other < ${ROWS_WORKGROUP}u; other++) {
    let theirs = (other * ${ROWS_WORKGROUP}u + lane) * ${size}u;
    ${eachSum((name, i) => `${name} += partial[theirs + ${i}u];`)}
  }
  ${storeSums(spec)}
}`;
  },
});
