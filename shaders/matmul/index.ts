import type { Epilogue } from '../lib/epilogue';
import { defineKernel } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
export type MatmulSpec = {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly epilogue: Epilogue;
};
const naive = defineKernel<MatmulSpec>({
  name: 'matmulNaive',
  params: ({ epilogue }) => ['m', 'n', 'k', 'strideA', 'strideB', ...epilogue.params],
  bindings: ({ epilogue }) => [
    { name: 'a', access: 'read', element: 'f32' },
    { name: 'b', access: 'read', element: 'f32' },
    { name: 'c', access: 'read_write', element: epilogue.element },
    ...epilogue.bindings,
  ],
  body: ({ transposeA, transposeB, epilogue }) => wgsl`
${epilogue.code}
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let row = id.y; let col = id.x; let g = id.z;
  if (row >= params.m || col >= params.n) { return; }
  var total = 0.0;
  for (var p = 0u; p < params.k; p++) {
    total += a[g * params.strideA + ${transposeA ? 'p * params.m + row' : 'row * params.k + p'}] * b[g * params.strideB + ${transposeB ? 'col * params.k + p' : 'p * params.n + col'}];
  }
  let index = (g * params.m + row) * params.n + col;
  c[index] = epilogue(total, index);
}`,
});
interface Shape {
  m: number;
  n: number;
  k: number;
  batch: number;
}
export function chooseMatmul(_s: Shape, _f: unknown, _t: unknown) {
  return {
    kernel: naive,
    spec: ({ transposeA, transposeB, epilogue }: MatmulSpec & { aligned: unknown }) => ({
      transposeA,
      transposeB,
      epilogue,
    }),
    grid: ({ m, n, batch }: Shape) => [Math.ceil(n / 8), Math.ceil(m / 8), batch] as const,
  };
}
