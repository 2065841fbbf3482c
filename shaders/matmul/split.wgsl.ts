/**
 * Matrix product for few results and a long k (split-K within a workgroup): slices of 8x8 invocations
 * take every fourth quad of k for the same tile, the partial sums meet in workgroup memory, and the
 * first slice adds them in a fixed order. More threads work on a result than results suffice for.
 */
import { defineKernel } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import { declareSums, quadBindings, quadPlaces, storeSums } from './quads';
import { each, type MatmulSpec, matmulParams } from './spec';
import { tileProduct } from './tile.wgsl';

/** Invocations along columns and along rows of a slice, and slices of a workgroup. */
export const SPLIT_SIDE = 8;
const SLICES = 4;

export const matmulSplit = defineKernel<MatmulSpec>({
  name: 'matmulSplit',
  params: matmulParams,
  bindings: quadBindings,
  body: (spec) => {
    const { tileM, tileN, epilogue } = spec;
    const threads = SPLIT_SIDE * SPLIT_SIDE;
    const sum = (i: number) => `c${Math.floor(i / tileN)}_${i % tileN}`;
    // Neighbouring threads at neighbouring places: no two of them want the same bank.
    const place = (i: number) => `partial[${i * threads}u + thread]`;
    const eachSum = (text: (i: number) => string) => each(tileM * tileN, text);
    return wgsl`
${epilogue.code}
var<workgroup> partial: array<f32, ${threads * tileM * tileN}>;

@compute @workgroup_size(${SPLIT_SIDE}, ${SPLIT_SIDE}, ${SLICES})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(local_invocation_id) local: vec3<u32>) {
  let row = (workgroup_id.y * ${SPLIT_SIDE}u + local.y) * ${tileM}u;
  let column = (workgroup_id.x * ${SPLIT_SIDE}u + local.x) * ${tileN}u;
  let batch = workgroup_id.z;
  let slice = local.z;
  let thread = local.y * ${SPLIT_SIDE}u + local.x;
  ${quadPlaces(spec)}
  ${declareSums(spec)}
  ${tileProduct(spec, 'slice', `${SLICES}u`)}
  for (var other = 1u; other < ${SLICES}u; other++) {
    if (slice == other) { ${eachSum((i) => `${place(i)} = ${sum(i)};`)} }
    workgroupBarrier();
    if (slice == 0u) { ${eachSum((i) => `${sum(i)} += ${place(i)};`)} }
    workgroupBarrier();
  }
  if (slice == 0u) { ${storeSums(spec)} }
}`;
  },
});
