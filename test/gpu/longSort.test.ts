/** Lines too long to be compared element by element, against the engine's own stable sort. */

import { random } from 'qkv/cpu';
import { compileGraph, ops, Program, StateStore, trace } from 'qkv/graph';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { sampled } from '../support/sample';

const device = useDevice();

/** Sorts on the device, as indices. */
async function sortedIndices(x: Float32Array, descending: boolean): Promise<ArrayLike<number>> {
  const shape = [x.length];
  const graph = trace(
    (inputs) => ({ outputs: { order: ops.argsort(inputs('x'), { descending }) } }),
    { inputs: { x: { dtype: 'f32', shape } } },
  );
  const states = new StateStore(device());
  const program = await Program.create(device(), compileGraph(graph), states);
  program.run({ x: { shape, data: x } });
  const { order } = await program.read('order');
  program.dispose();
  states.dispose();
  return order!.data;
}

describe('a line of 2^20 and some elements', () => {
  const length = 2 ** 20 + 77;
  const source = random(5);
  const few = [Number.NEGATIVE_INFINITY, -2, -0, 0, 1, Number.POSITIVE_INFINITY];
  const oneOfFew = () => few[source.below(few.length)]!;

  const lines = [
    ['many values', false, () => source.normal()],
    ['ties, both zeros and infinities', false, oneOfFew],
    ['ties, both zeros and infinities, falling', true, oneOfFew],
  ] as const;
  it.each(sampled(lines, 2))('is sorted stably: %s', async (_, descending, draw) => {
    const x = Float32Array.from({ length }, draw);
    const want = Uint32Array.from({ length }, (_, i) => i).sort((a, b) => {
      const [first, second] = descending ? [x[b]!, x[a]!] : [x[a]!, x[b]!];
      return first < second ? -1 : first > second ? 1 : a - b;
    });
    const got = await sortedIndices(x, descending);
    expect(got.length).toBe(length);
    const wrong = want.findIndex((index, i) => index !== got[i]);
    expect(wrong, 'first wrong rank').toBe(-1);
  });
});
