/** Kernels that measure one limit of the adapter each. */

/** Invocations of a workgroup of the arithmetic kernels. */
export const ARITHMETIC_WORKGROUP = 64;

/** Sequential multiply-adds of an invocation for each sum. */
const STEPS = 256;

/**
 * Products and sums in registers.
 * @param width of the vectors: 1, 2 or 4
 * @param sums number of independent sums
 * @returns the kernel, and what an invocation computes
 */
export function arithmeticKernel(width: 1 | 2 | 4, sums: number) {
  const type = width === 1 ? 'f32' : `vec${width}f`;
  const names = Array.from({ length: sums }, (_, i) => `s${i}`);
  const declared = names.map((name, i) => `  var ${name} = ${type}(seed + f32(${i}));`);
  const steps = names.map((name) => `    ${name} = ${name} * factor + term;`);
  const total = width === 1 ? names.join(' + ') : `dot(${names.join(' + ')}, ${type}(1.0))`;
  const code = `
@group(0) @binding(0) var<storage, read_write> sink: array<f32>;
@compute @workgroup_size(${ARITHMETIC_WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u) {
  // Read from memory, so that nothing can be computed beforehand.
  let seed = sink[id.x] * 1e-6;
  let factor = ${type}(0.999 + seed);
  let term = ${type}(0.001 + seed);
${declared.join('\n')}
  for (var i = 0; i < ${STEPS}; i++) {
${steps.join('\n')}
  }
  sink[id.x] = ${total};
}`;
  return { code, flops: 2 * STEPS * width * sums };
}

/** Invocations of a workgroup of the copying kernel. */
export const COPY_WORKGROUP = 256;

/** A copy of 16 bytes for each invocation. */
export const COPY_KERNEL = `
@group(0) @binding(0) var<storage, read> origin: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> copy: array<vec4f>;
@compute @workgroup_size(${COPY_WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u) {
  copy[id.x] = origin[id.x];
}`;

/** A kernel with a single store. */
export const EMPTY_KERNEL = `
@group(0) @binding(0) var<storage, read_write> sink: array<f32>;
@compute @workgroup_size(1)
fn main() {
  sink[0] = 1.0;
}`;
