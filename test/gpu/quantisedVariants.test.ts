/** Every variant of products with quantised weights: right at a layer's size and odd ones, nothing past the end. */

import { random } from 'qkv/cpu';
import {
  groupsPerRow,
  identityEpilogue,
  packetsPerRow,
  type QuantisedFormat,
  quantisationScheme,
  quantiseMatrix,
  readBuffer,
} from 'qkv/graph';
import { type QuantisedVariant, quantisedVariants } from 'qkv/selfcheck';
import { describe, expect, it } from 'vitest';
import { dequantised } from '../support/dequantised';
import { useDevice } from '../support/device';
import { shared } from '../support/sample';

const device = useDevice();

/** [M, N, K]: odd, then whole packets and more columns than a workgroup has. */
const SIZES = [
  [5, 35, 67],
  [9, 68, 128],
] as const;
const CANARY = 123.25;

function values(length: number, seed: number): Float32Array<ArrayBuffer> {
  const source = random(seed);
  return Float32Array.from({ length }, () => source.normal() * (source.next() < 0.02 ? 50 : 1));
}

async function run(
  variant: QuantisedVariant,
  format: QuantisedFormat,
  [m, n, k]: readonly [number, number, number],
) {
  const { gpu, pipelines } = device();
  const scheme = quantisationScheme(format);
  const a = values(m * k, 1);
  const quantised = quantiseMatrix('w', values(n * k, 2), k, scheme);
  const w = dequantised(quantised, n, k, scheme);
  const spec = variant.spec(scheme, { n, k }, identityEpilogue());
  const { pipeline, layout } = await pipelines.get(variant.kernel, spec);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const buffer = (data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>) => {
    const made = gpu.createBuffer({ size: Math.ceil(data.byteLength / 16) * 16, usage });
    gpu.queue.writeBuffer(made, 0, data);
    return made;
  };
  const sizes = gpu.createBuffer({
    size: 32,
    usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  });
  gpu.queue.writeBuffer(
    sizes,
    0,
    Uint32Array.of(m, n, k, packetsPerRow(scheme, k), groupsPerRow(scheme, k)),
  );
  const length = m * n;
  const result = buffer(new Float32Array(length + 64).fill(CANARY));
  const scales = scheme.group === 0 ? [] : [buffer(quantised.scales)];
  const buffers = [sizes, buffer(a), buffer(quantised.words), ...scales, result];
  const bindGroup = gpu.createBindGroup({
    layout,
    entries: buffers.map((resource, binding) => ({ binding, resource: { buffer: resource } })),
  });
  const encoder = gpu.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(...variant.grid({ m, n }));
  pass.end();
  gpu.queue.submit([encoder.finish()]);
  const got = new Float32Array(await readBuffer(device(), result, 0, (length + 64) * 4));
  for (const made of buffers) made.destroy();
  let worst = 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let [want, size] = [0, 0];
      for (let p = 0; p < k; p++) {
        const term = a[i * k + p]! * w[j * k + p]!;
        want += term;
        size += Math.abs(term);
      }
      // Higham 2002, eq. 3.5: |error| <= k u sum |a||b| in any order; the scales round once more. In f16
      // A, W, a product and its sum with 15 others round, and what is tiny may become 0.
      const halves = variant.arithmetic === 'f16' ? 18 * 2 ** -11 * size + k * 2 ** -14 : 0;
      const bound = (k + 2) * 2 ** -24 * size + halves;
      worst = Math.max(worst, Math.abs(got[i * n + j]! - want) / bound);
    }
  }
  const where = `${variant.name} ${format} ${[m, n, k]}`;
  expect(worst, where).toBeLessThanOrEqual(1);
  const past = [...got.subarray(length)];
  expect(
    past.every((value) => value === CANARY),
    `${where}: past the end`,
  ).toBe(true);
}

describe('variants of quantised products', () => {
  const formats = ['f16', 'int8', 'int4'] as const;
  const all = formats.flatMap((format) => SIZES.map((size) => ({ format, size })));
  quantisedVariants.forEach((variant, at) => {
    it(`${variant.name} is right in every format`, async () => {
      if (variant.arithmetic === 'f16' && !device().target.shaderF16) {
        console.log(`${variant.name}: not for this device`);
        return;
      }
      for (const { format, size } of shared(all, at)) await run(variant, format, size);
    });
  });
});
