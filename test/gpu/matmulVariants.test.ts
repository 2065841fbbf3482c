/** Every matmul variant, every layout, hostile sizes: right, and nothing written past the end. */

import { random } from 'qkv/cpu';
import { identityEpilogue, ops, readBuffer } from 'qkv/graph';
import { type Case, EPSILON, type MatmulVariant, matmulVariants, selfCheck } from 'qkv/selfcheck';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { isFull, shared } from '../support/sample';

const device = useDevice();

/**
 * [M, N, K, batch]: one, odd, aligned, tile edges, a long sum; all aligned or none, as loads and stores are
 * each of one form or the other. The ops' cases mix them.
 */
const SIZES = [
  [1, 1, 1, 1],
  [3, 7, 5, 2],
  [5, 33, 9, 1],
  [16, 32, 16, 3],
  [67, 70, 65, 1],
  [36, 68, 40, 1],
  [2, 130, 301, 1],
  [8, 36, 256, 2],
  [4, 36, 0, 2],
  [300, 36, 12, 1],
] as const;
/** A and B are loaded apart from each other: two layouts have every form of both. */
const PRODUCTS = SIZES.flatMap((size) => [false, true].map((transposeA) => ({ size, transposeA })));
const CANARY = 123.25;

function inputs(length: number, seed: number): Float32Array<ArrayBuffer> {
  const source = random(seed);
  return Float32Array.from({ length }, () => source.normal() * (source.next() < 0.02 ? 50 : 1));
}

async function run(
  variant: MatmulVariant,
  [m, n, k, batch]: readonly [number, number, number, number],
  transposeA: boolean,
  transposeB: boolean,
) {
  const { gpu, pipelines } = device();
  const [a, b] = [inputs(batch * m * k, 1), inputs(batch * k * n, 2)];
  const aligned = { m: m % 4 === 0, n: n % 4 === 0, k: k % 4 === 0 };
  const spec = variant.spec({ transposeA, transposeB, aligned }, identityEpilogue());
  const { pipeline, layout } = await pipelines.get(variant.kernel, spec);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const buffer = (data: Float32Array<ArrayBuffer>) => {
    const made = gpu.createBuffer({ size: Math.ceil(data.byteLength / 16) * 16 + 256, usage });
    // What lies past the end must not count, not even times 0.
    gpu.queue.writeBuffer(made, 0, new Float32Array(made.size / 4).fill(Number.NaN));
    gpu.queue.writeBuffer(made, 0, data);
    return made;
  };
  const sizes = gpu.createBuffer({
    size: 32,
    usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  });
  gpu.queue.writeBuffer(sizes, 0, Uint32Array.of(m, n, k, m * k, k * n));
  const length = batch * m * n;
  const buffers = [a, b, new Float32Array(length + 64).fill(CANARY)].map(buffer);
  const bindGroup = gpu.createBindGroup({
    layout,
    entries: [sizes, ...buffers].map((resource, binding) => ({
      binding,
      resource: { buffer: resource },
    })),
  });
  const encoder = gpu.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(...variant.grid({ m, n, k, batch }, device().target));
  pass.end();
  gpu.queue.submit([encoder.finish()]);
  const got = new Float32Array(await readBuffer(device(), buffers[2]!, 0, (length + 64) * 4));
  for (const made of [...buffers, sizes]) made.destroy();
  let worst = 0;
  for (let g = 0; g < batch; g++) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let [want, size] = [0, 0];
        for (let p = 0; p < k; p++) {
          const product =
            a[g * m * k + (transposeA ? p * m + i : i * k + p)]! *
            b[g * k * n + (transposeB ? j * k + p : p * n + j)]!;
          want += product;
          size += Math.abs(product);
        }
        // Higham 2002, eq. 3.5: |error| <= k u sum |a||b| in any order.
        const bound = (k + 1) * 2 ** -24 * size;
        worst = Math.max(
          worst,
          Math.abs(got[(g * m + i) * n + j]! - want) / Math.max(bound, 1e-30),
        );
      }
    }
  }
  expect(worst, `${variant.name} ${[m, n, k, batch]}`).toBeLessThanOrEqual(1);
  expect(
    [...got.subarray(length)].every((value) => value === CANARY),
    `${variant.name}: past the end`,
  ).toBe(true);
}

describe('matmul variants', () => {
  /** What the tests so far have run. */
  const done = new Set<string>();
  matmulVariants.forEach((variant, at) => {
    it(`${variant.name} is right in both forms of A and B, and every size`, async () => {
      if (!variant.usable(device().target)) {
        console.log(`${variant.name}: not for this device`);
        return;
      }
      const fitting = PRODUCTS.filter(({ size: [m, n, k], transposeA }) =>
        variant.fits({
          ...{ transposeA, transposeB: !transposeA },
          aligned: { m: m % 4 === 0, n: n % 4 === 0, k: k % 4 === 0 },
        }),
      );
      for (const { size, transposeA } of shared(fitting, at, 2)) {
        await run(variant, size, transposeA, !transposeA);
        done.add(`${size} ${transposeA}`);
      }
    });
  });

  it('are tried at every size, in both forms of A and B', () => {
    expect(done.size).toBe(PRODUCTS.length);
  });

  it('are all right where the batch axes of A and B differ', async () => {
    const product = (a: readonly number[], b: readonly number[], transposeB = false): Case => ({
      name: `[${a}] x [${b}]`,
      inputs: [a, b].map((shape) => ({ shape, differentiable: false })),
      build: (x, w) => ops.matmul(x!, w!, { transposeB }),
      tolerance: {
        relative: 4 * 132 * EPSILON,
        because: 'f32 sums of 130 products at most in any order',
      },
    });
    // Few rows, some, and so many that B is held; then three spans, and long sums.
    const cases = [3, 20, 70].map((m) => product([2, 1, 2, m, 20], [3, 1, 20, 12]));
    cases.push(product([2, 1, 20, 9], [3, 2, 2, 9, 12]), product([2, 1, 9, 130], [3, 130, 7]));
    // As in a linear layer, of few rows and of many.
    const linear = [3, 70].map((m) => product([2, 1, 2, m, 20], [3, 1, 12, 20], true));
    const some = isFull ? [...cases, ...linear] : linear.slice(-1);
    const { verdicts } = await selfCheck(device(), { cases: { matmul: some } });
    const failed = Object.entries(verdicts).filter(([, { failure }]) => failure !== undefined);
    expect(failed).toEqual([]);
    const usable = matmulVariants.filter((variant) => variant.usable(device().target));
    const names = usable.map(({ name }) => `matmul: ${name}`);
    const tried = Object.keys(verdicts);
    expect(names).toEqual(expect.arrayContaining(tried));
    // One case alone has not every variant among its candidates.
    expect(tried.length).toBeGreaterThanOrEqual(isFull ? names.length : 5);
  });
});
