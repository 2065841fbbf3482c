/**
 * Product with a quantised matrix, dequantised in registers: an invocation computes tileM x tileN results, and
 * loads W a packet (vec4 of words: 8, 16 or 32 weights) at a time. The scale multiplies a packet's sum, not its
 * weights. For few rows (decoding) several threads split K, neighbours reading neighbouring packets, and add
 * their sums in workgroup memory. Method: the matrix-vector products over quantised weights of llama.cpp and
 * onnxruntime, with a fixed order of summation.
 */

import { each } from '../lib/each';
import { defineKernel } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import { declareSums, storeSums } from '../matmul/quads';
import { packetQuad, quadsPerPacket } from './dequantise';
import { weightsPerPacket } from './format';
import { type QuantisedSpec, quantisedBindings, quantisedParams } from './spec';

export const quantisedRegisters = defineKernel<QuantisedSpec>({
  name: 'quantisedRegisters',
  params: quantisedParams,
  bindings: (spec) => quantisedBindings(spec, { words: true, values: true }),
  body: (spec) => {
    const { tileM, tileN, epilogue, team, aligned, scheme } = spec;
    const { columns, rows, slices } = team;
    const threads = columns * rows * slices;
    const isShared = slices > 1;
    const size = tileM * tileN;
    return wgsl`
${epilogue.code}
${isShared ? `var<workgroup> partial: array<f32, ${threads * size}>;` : ''}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let slice = thread % ${slices}u;
  let place = thread / ${slices}u;
  let row = (workgroup_id.y * ${rows}u + place / ${columns}u) * ${tileM}u;
  let column = (workgroup_id.x * ${columns}u + place % ${columns}u) * ${tileN}u;
  let batch = 0u;
  ${isShared ? '' : 'if (row >= params.m || column >= params.n) { return; }'}
  let length = params.k${aligned.k ? ' >> 2u' : ''};
  ${each(tileM, (r) => `let m${r} = min(row + ${r}u, params.m - 1u) * length;`)}
  ${each(tileN, (j) => `let n${j} = min(column + ${j}u, params.n - 1u);`)}
  ${declareSums(spec)}
  for (var packet = slice; packet < params.packets; packet += ${slices}u) {
    ${each(tileN, (j) => `let w${j} = words[n${j} * params.packets + packet];`)}
    ${scheme.group === 0 ? packetSums(spec, 'c') : scaledSums(spec)}
  }
  ${isShared ? combine(spec, threads) : ''}
  ${storeSums(spec)}
}`;
  },
});

const eachSum = ({ tileM, tileN }: QuantisedSpec, text: (at: string, i: number) => string) =>
  each(tileM, (r) => each(tileN, (j) => text(`${r}_${j}`, r * tileN + j)));

/** Sums a packet's products in t, then adds t times the scales to the sums. */
function scaledSums(spec: QuantisedSpec): string {
  const { tileM, tileN, scheme } = spec;
  const perGroup = scheme.group / weightsPerPacket(scheme);
  const scale = (j: number) => `let s${j} = scales[n${j} * params.groups + packet / ${perGroup}u];`;
  return `${eachSum(spec, (at) => `var t${at} = 0.0;`)}
    ${packetSums(spec, 't')}
    ${each(tileN, scale)}
    ${each(tileM, (r) => each(tileN, (j) => `c${r}_${j} += s${j} * t${r}_${j};`))}`;
}

/** Adds a packet's products to the sums with the given name. */
function packetSums(spec: QuantisedSpec, sums: string): string {
  const { tileM, tileN, scheme } = spec;
  const quads = quadsPerPacket(scheme);
  return each(quads, (i) => {
    const quad = `packet * ${quads}u + ${i}u`;
    return `{
      ${loadQuads(spec, quad)}
      ${each(tileN, (j) => `let b${j} = ${packetQuad(scheme, `w${j}`, i)};`)}
      ${each(tileM, (r) => each(tileN, (j) => `${sums}${r}_${j} += dot(a${r}, b${j});`))}
    }`;
  });
}

/** Defines a0 .. of the rows. Loads past a row's end are clamped to it, and multiplied by weights of zero. */
function loadQuads({ tileM, aligned, whole }: QuantisedSpec, quad: string): string {
  const row = (r: number, text: string) => `let a${r} = ${text};`;
  if (whole) return each(tileM, (r) => row(r, `a[m${r} + ${quad}]`));
  if (aligned.k) {
    return `let at = min(${quad}, length - 1u); ${each(tileM, (r) => row(r, `a[m${r} + at]`))}`;
  }
  const parts = [0, 1, 2, 3];
  const four = (r: number) => `vec4<f32>(${parts.map((p) => `a[m${r} + at${p}]`).join(', ')})`;
  const places = parts.map((p) => `let at${p} = min(4u * (${quad}) + ${p}u, length - 1u);`);
  return `${places.join(' ')} ${each(tileM, (r) => row(r, four(r)))}`;
}

/** Adds the sums of all slices in the first one; the other slices return. */
function combine(spec: QuantisedSpec, threads: number): string {
  const { slices } = spec.team;
  const { tileM, tileN } = spec;
  const at = (i: number, thread: string) => `partial[${i * threads}u + ${thread}]`;
  return `${eachSum(spec, (name, i) => `${at(i, 'thread')} = c${name};`)}
  workgroupBarrier();
  if (slice > 0u || row >= params.m || column >= params.n) { return; }
  for (var other = 1u; other < ${slices}u; other++) {
    ${each(tileM, (r) =>
      each(tileN, (j) => `c${r}_${j} += ${at(r * tileN + j, 'thread + other')};`),
    )}
  }`;
}
