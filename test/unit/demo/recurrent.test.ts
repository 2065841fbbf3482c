/** What the figures of recurrent networks compute in the page, against plain loops. */
import { random } from 'qkv/cpu';
import { expect, it } from 'vitest';
import { byForgetGate, keptToTheEnd, largestDifference } from '../../../demo/views/road/gates/lstm';
import type { Network } from '../../../demo/views/road/rnn/network';
import { readText } from '../../../demo/views/road/rnn/reading';

const SIZE = 5;
const VOCABULARY = ['<pad>', '<bos>', '<eos>', '<unk>', 'a', 'b', 'c', 'd'];

function randomNetwork(): Network {
  const source = random(3);
  const normal = (length: number) => Array.from({ length }, () => source.normal());
  const [words, square] = [VOCABULARY.length * SIZE, SIZE * SIZE];
  return {
    vocabulary: VOCABULARY,
    size: SIZE,
    vectors: normal(words),
    ofInput: normal(square),
    ofState: normal(square),
    bias: normal(SIZE),
    ofOutput: normal(words),
    outputBias: normal(VOCABULARY.length),
  };
}

it('reads words one after the other', () => {
  const network = randomNetwork();
  const { plain } = readText(network, ' A  b\nd', 1, '-')!;
  expect(plain.words).toEqual(['▸', 'a', 'b', 'd']);
  let before = new Array<number>(SIZE).fill(0);
  plain.ids.forEach((id, t) => {
    const { h, z } = plain.steps[t]!;
    for (let unit = 0; unit < SIZE; unit++) {
      let sum = network.bias[unit]!;
      for (let j = 0; j < SIZE; j++) {
        sum += network.ofInput[unit * SIZE + j]! * network.vectors[id * SIZE + j]!;
        sum += network.ofState[unit * SIZE + j]! * before[j]!;
      }
      expect(h[unit]).toBeCloseTo(Math.tanh(sum), 12);
    }
    expect(z.reduce((sum, odds) => sum + odds, 0)).toBeCloseTo(1, 12);
    before = [...h];
  });
});

it('changes no state before a replaced word, not even in the last bit', () => {
  const { plain, replaced, moved, column, unknown } = readText(
    ...([randomNetwork(), 'a b x c a', 3, 'd'] as const),
  )!;
  const states = (reading: typeof plain) => reading.steps.map(({ h }) => h);
  expect(column).toBe(3);
  expect(unknown).toEqual(['x']);
  expect(replaced!.words).toEqual(['▸', 'a', 'b', 'd', 'c', 'a']);
  expect(states(replaced!).slice(0, 3)).toEqual(states(plain).slice(0, 3));
  expect(moved.slice(0, 3)).toEqual([0, 0, 0]);
  expect(moved.slice(3).every((distance) => distance > 0)).toBe(true);
});

it('replaces nothing by the same word, by an unknown one, or at the beginning', () => {
  const network = randomNetwork();
  for (const [at, by] of [
    [1, 'a'],
    [1, 'x'],
    [1, '<bos>'],
    [0, 'b'],
  ] as const) {
    expect(readText(network, 'a b', at, by)!.replaced).toBeUndefined();
  }
  expect(readText(network, 'a b', 9, 'c')!.replaced!.words).toEqual(['▸', 'a', 'c']);
  expect(readText(network, ' ', 1, 'a')).toBeUndefined();
});

it('knows what forget gates leave, and what follows from gates', () => {
  expect(keptToTheEnd([0.9, 0.5, 0.25])).toEqual([0.125, 0.25, 1]);
  expect(
    byForgetGate([
      [0.1, 0.9, 0.5],
      [0.2, 0.8, 0.9],
    ]),
  ).toEqual([1, 2, 0]);
  const [c1, c2] = [0.5 * 0.4, 0.5 * (0.5 * 0.4) + 0.25 * -0.8];
  const layer = {
    ...{ f: [[0.1], [0.5]], i: [[0.5], [0.25]], o: [[1], [0.5]], g: [[0.4], [-0.8]] },
    c: [[c1], [c2]],
    h: [[Math.tanh(c1)], [0.5 * Math.tanh(c2)]],
  };
  expect(largestDifference(layer)).toBeLessThan(1e-15);
  expect(largestDifference({ ...layer, c: [[c1], [c2 + 0.1]] })).toBeCloseTo(0.1, 12);
});
