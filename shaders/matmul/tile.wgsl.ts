/**
 * Matrix product by register tiles, without workgroup memory or subgroups: an invocation computes tileM x tileN
 * results, four k at a time, with 16x4 invocations per workgroup. Method: jax-js's best tile.
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

/** Invocations along columns and rows of a workgroup. */
export const TILE_WORKGROUP = { x: 16, y: 4 } as const;

export const matmulTile = defineKernel<MatmulSpec>({
  name: 'matmulTile',
  params: matmulParams,
  bindings: quadBindings,
  body: (spec) => {
    const { tileM, tileN, epilogue } = spec;
    return wgsl`
${epilogue.code}
@compute @workgroup_size(${TILE_WORKGROUP.x}, ${TILE_WORKGROUP.y})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let row = id.y * ${tileM}u;
  let column = id.x * ${tileN}u;
  let batch = id.z;
  if (row >= params.m || column >= params.n) { return; }
  ${quadPlaces(spec)}
  ${declareSums(spec)}
  ${tileProduct(spec)}
  ${storeSums(spec)}
}`;
  },
});

/** Adds the products over k to the sums: over all quads of k, or from quad `first` on in steps of `step`. */
export function tileProduct(spec: QuadSpec, first = '0u', step = '1u'): string {
  const { tileM, tileN } = spec;
  return `for (var quad = ${first}; 4u * quad < params.k; quad += ${step}) {
    ${loadQuadsA(spec, 'quad')}
    ${loadQuadsB(spec, 'quad')}
    ${each(tileM, (r) => `${each(tileN, (j) => `c${r}_${j} += dot(a${r}, b${j});`)}\n    `)}
  }`;
}
