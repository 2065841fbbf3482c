/**
 * Matrix product, one k at a time, with tileM x tileN results per invocation and 8x8 invocations per workgroup.
 * The kernel is short, so it compiles fastest of all. With a tile of 1x1 it is the naive kernel, obviously
 * right for all sizes and layouts: the baseline for the tests of the other variants.
 */

import { each } from '../lib/each';
import { defineKernel } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import { firstOf, type MatmulSpec, matmulBindings, matmulParams } from './spec';

/** Invocations along columns and along rows of a workgroup. */
export const PLAIN_WORKGROUP = 8;

export const matmulPlain = defineKernel<MatmulSpec>({
  name: 'matmulPlain',
  params: matmulParams,
  bindings: (spec) => matmulBindings(spec, 'f32', 'f32'),
  body: (spec) => {
    const { tileM, tileN, transposeA, transposeB, epilogue } = spec;
    const [stepA, alongA] = transposeA ? [' * params.m', ''] : ['', ' * params.k'];
    const [stepB, alongB] = transposeB ? ['', ' * params.k'] : [' * params.n', ''];
    // Past the edge, the last row and column are computed and stored once more, which needs no branch.
    return wgsl`
${epilogue.code}
@compute @workgroup_size(${PLAIN_WORKGROUP}, ${PLAIN_WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let batch = id.z;
  if (id.y * ${tileM}u >= params.m || id.x * ${tileN}u >= params.n) { return; }
  ${each(tileM, (r) => `let row${r} = min(id.y * ${tileM}u + ${r}u, params.m - 1u);`)}
  ${each(tileN, (j) => `let column${j} = min(id.x * ${tileN}u + ${j}u, params.n - 1u);`)}
  ${each(tileM, (r) => `let m${r} = ${firstOf('a', spec)} + row${r}${alongA};`)}
  ${each(tileN, (j) => `let n${j} = ${firstOf('b', spec)} + column${j}${alongB};`)}
  ${each(tileM, (r) => each(tileN, (j) => `var c${r}_${j} = 0.0;`))}
  for (var p = 0u; p < params.k; p++) {
    ${each(tileM, (r) => `let a${r} = a[m${r} + p${stepA}];`)}
    ${each(tileN, (j) => `let b${j} = b[n${j} + p${stepB}];`)}
    ${each(tileM, (r) => `${each(tileN, (j) => `c${r}_${j} += a${r} * b${j};`)}\n    `)}
  }
  ${each(tileM, (r) => `let first${r} = (batch * params.m + row${r}) * params.n;`)}
  ${each(tileM, (r) => each(tileN, (j) => `c[first${r} + column${j}] = epilogue(c${r}_${j}, first${r} + column${j});`))}
}`;
  },
});
