/**
 * Matrix product by register tiles without workgroup memory or subgroups: an invocation computes
 * tileM x tileN results, 8x8 invocations a workgroup. With K a multiple of 4 and B transposed both
 * sides are loaded as vec4 along k (the usual linear layer); else element by element.
 */
import { defineKernel } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import { each, type MatmulSpec, matmulBindings, matmulParams } from './spec';

/** Invocations along columns and rows of a workgroup. */
export const TILE_WORKGROUP = { x: 16, y: 4 } as const;

const alongK = ({ transposeA, transposeB, aligned }: MatmulSpec) =>
  !transposeA && transposeB && aligned.k;

export const matmulTile = defineKernel<MatmulSpec>({
  name: 'matmulTile',
  params: matmulParams,
  bindings: (spec) => {
    const element = alongK(spec) ? 'vec4<f32>' : 'f32';
    return matmulBindings(spec, element, element);
  },
  body: (spec) => {
    const { transposeA, transposeB, tileM, tileN, epilogue } = spec;
    const wide = alongK(spec);
    const width = wide ? 4 : 1;
    const atA = transposeA
      ? `first_a + p * params.m + m%`
      : `(first_a + m% * params.k + p) / ${width}u`;
    const atB = transposeB
      ? `(first_b + n% * params.k + p) / ${width}u`
      : `first_b + p * params.n + n%`;
    const product = (r: number, j: number) => (wide ? `dot(a${r}, b${j})` : `a${r} * b${j}`);
    return wgsl`
${epilogue.code}
fn put(row: u32, column: u32, batch: u32, value: f32) {
  if (row >= params.m || column >= params.n) { return; }
  let index = (batch * params.m + row) * params.n + column;
  c[index] = epilogue(value, index);
}
@compute @workgroup_size(${TILE_WORKGROUP.x}, ${TILE_WORKGROUP.y})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let row = id.y * ${tileM}u;
  let column = id.x * ${tileN}u;
  if (row >= params.m || column >= params.n) { return; }
  let first_a = id.z * params.strideA;
  let first_b = id.z * params.strideB;
  ${each(tileM, (r) => `let m${r} = min(row + ${r}u, params.m - 1u);`)}
  ${each(tileN, (j) => `let n${j} = min(column + ${j}u, params.n - 1u);`)}
  ${each(tileM, (r) => each(tileN, (j) => `var c${r}_${j} = 0.0;`))}
  for (var p = 0u; p < params.k; p += ${width}u) {
    ${each(tileM, (r) => `let a${r} = a[${atA.replace('%', String(r))}];`)}
    ${each(tileN, (j) => `let b${j} = b[${atB.replace('%', String(j))}];`)}
    ${each(tileM, (r) => each(tileN, (j) => `c${r}_${j} += ${product(r, j)};`))}
  }
  ${each(tileM, (r) => each(tileN, (j) => `put(row + ${r}u, column + ${j}u, id.z, c${r}_${j});`))}
}`;
  },
});
