/** Cosines and sines of rotary positions on the GPU, whose own may be off by 2e-4. */

import { NdArray } from 'qkv/cpu';
import { ops, trace } from 'qkv/graph';
import { onGpu } from 'qkv/selfcheck';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';

const device = useDevice();

/** Channels of a head; a pair of (1, 0) turns to its cosine and sine. */
const SIZE = 32;
const PAIRS = SIZE / 2;

async function angles(positions: readonly number[]): Promise<Float32Array> {
  const rows = positions.length;
  const graph = trace(
    (inputs) => ({
      outputs: { y: ops.rotary(inputs('x'), inputs('positions'), { heads: 1 }) },
    }),
    {
      inputs: {
        x: { dtype: 'f32', shape: [rows, SIZE] },
        positions: { dtype: 'i32', shape: [rows] },
      },
    },
  );
  const ones = Array.from({ length: rows * SIZE }, (_, i) => (i % SIZE < PAIRS ? 1 : 0));
  const inputs = new Map([
    ['x', NdArray.from([rows, SIZE], ones)],
    ['positions', NdArray.from([rows], positions)],
  ]);
  const { y } = await onGpu(device(), graph, inputs);
  return Float32Array.from(y!.data);
}

/** The worst distance from float64, and from what float64 rounds to. */
function distances(positions: readonly number[], got: Float32Array) {
  let [exact, rounded] = [0, 0];
  positions.forEach((position, row) => {
    for (let i = 0; i < PAIRS; i++) {
      const angle = position * 10000 ** (-i / PAIRS);
      for (const [channel, want] of [
        [i, Math.cos(angle)],
        [PAIRS + i, Math.sin(angle)],
      ] as const) {
        const value = got[row * SIZE + channel]!;
        exact = Math.max(exact, Math.abs(value - want));
        rounded = Math.max(rounded, Math.abs(value - Math.fround(want)));
      }
    }
  });
  return { exact, rounded };
}

describe('the cosines and sines of positions', () => {
  it('below 1024 are those of float64, rounded', async () => {
    const positions = [...Array(1024).keys()];
    expect(distances(positions, await angles(positions)).rounded).toBe(0);
  });

  it('to 2^20 - 1 are within 1.5e-7 of those of float64', async () => {
    const positions = Array.from({ length: 4000 }, (_, i) => (i * 26_215 + 1024) % 2 ** 20);
    const { exact } = distances(positions, await angles([...positions, 2 ** 20 - 1]));
    expect(exact).toBeLessThan(1.5e-7);
    expect(exact).toBeGreaterThan(0);
  });
});
