/**
 * Kernels in half precision pass Dawn's compiler and validation, on its null backend, which offers every
 * feature and runs nothing: software adapters have no f16. The self-check of an adapter that has it runs
 * them (`npm run tune`).
 */

import { type Device, openDevice } from 'qkv';
import { identityEpilogue, quantisationScheme, shaderSource } from 'qkv/graph';
import { quantisedVariants } from 'qkv/selfcheck';
import { beforeAll, describe, expect, it } from 'vitest';
import { create, globals } from 'webgpu';

let gpu: GPU;
let device: Device;

beforeAll(async () => {
  Object.assign(globalThis, globals);
  gpu = create(['backend=null']);
  device = await openDevice({ gpu });
});

describe('kernels in half precision', () => {
  const halves = quantisedVariants.filter(({ arithmetic }) => arithmetic === 'f16');

  it('are offered by the device', () => {
    expect(device.target.shaderF16).toBe(true);
    expect(halves.length).toBeGreaterThan(0);
  });

  for (const { name, kernel, spec } of halves) {
    it(`${name} compiles in every format, and multiplies halves`, async () => {
      for (const format of ['f16', 'int8', 'int4'] as const) {
        for (const k of [64, 67]) {
          const made = spec(quantisationScheme(format), { n: 68, k }, identityEpilogue());
          await device.pipelines.get(kernel, made);
          expect(shaderSource(kernel, made)).toMatch(/enable f16;[\s\S]*vec4<f16>/);
        }
      }
    });
  }

  it('a kernel that is wrong does not compile there', async () => {
    const [one] = halves;
    if (one === undefined) throw new Error('no kernels');
    const broken = { ...one.kernel, name: 'broken', body: () => '@compute fn main() {}' };
    const made = one.spec(quantisationScheme('f16'), { n: 4, k: 4 }, identityEpilogue());
    await expect(device.pipelines.get(broken, made)).rejects.toThrow(/does not compile/);
  });
});
