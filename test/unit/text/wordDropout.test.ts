/** Word dropout: on both sides alike, as often as asked, other words in each epoch. */
import { expect, it } from 'vitest';
import { InputError, OptionError } from '../../../src/core/errors';
import { random } from '../../../src/core/random';
import { DroppedBatches, dropWords } from '../../../src/text/wordDropout';

const unk = { sourceUnk: 3, targetUnk: 103 };

it('drops words with their translations, and only those that are linked one to one', () => {
  const links = [
    [0, 2],
    [1, 0],
    [2, 1],
    [2, 3],
    [3, 4],
    [4, 4],
  ] as const;
  const pair = { source: [10, 11, 12, 13, 14], target: [20, 21, 22, 23, 24], links };
  const dropped = dropWords(pair, { ...unk, rate: 1 }, random(1));
  expect(dropped).toEqual({ source: [3, 3, 12, 13, 14], target: [103, 21, 103, 23, 24] });
  expect(dropWords(pair, { ...unk, rate: 0 }, random(1))).toEqual({
    source: pair.source,
    target: pair.target,
  });
});

const pairs = Array.from({ length: 40 }, (_, i) => ({
  source: [10 + i, 50 + i],
  target: [150 + i, 110 + i],
  links: [
    [0, 1],
    [1, 0],
  ] as const,
}));

const epochs = (options: object = {}) => [
  ...new DroppedBatches(pairs, { ...unk, rate: 0.25, batchSize: 8, epochs: 2, ...options }),
];

it('drops as many as asked, aligned in every batch, differently in each epoch', () => {
  const batches = epochs();
  expect(batches).toHaveLength(10);
  const count = (half: typeof batches) =>
    half.flatMap(({ source }) => [...source]).filter((id) => id === unk.sourceUnk).length;
  // 80 words an epoch: 20 are expected, with a standard deviation of 3.9.
  for (const half of [batches.slice(0, 5), batches.slice(5)]) {
    expect(count(half)).toBeGreaterThan(5);
    expect(count(half)).toBeLessThan(36);
  }
  for (const { size, source, targetOutput, targetInput } of batches) {
    for (let b = 0; b < size; b++) {
      const [first, second] = [source[3 * b], source[3 * b + 1]];
      expect(targetOutput[3 * b + 1] === unk.targetUnk).toBe(first === unk.sourceUnk);
      expect(targetOutput[3 * b] === unk.targetUnk).toBe(second === unk.sourceUnk);
      expect(targetInput[3 * b + 1]).toBe(targetOutput[3 * b]);
    }
  }
  const dropped = (half: typeof batches) => {
    const rows = half.flatMap(({ size, targetOutput, source }) =>
      Array.from({ length: size }, (_, b) =>
        [...source.slice(3 * b, 3 * b + 2), ...targetOutput.slice(3 * b, 3 * b + 2)].join(),
      ),
    );
    return new Set(rows);
  };
  expect(dropped(batches.slice(0, 5))).not.toEqual(dropped(batches.slice(5)));
});

it('resumes at a cursor with the same words', () => {
  const rest = epochs({ cursor: { seed: 0, epoch: 1, batch: 2 } });
  expect(rest).toEqual(epochs().slice(7));
});

it('refuses what cannot be dropped', () => {
  expect(() => epochs({ rate: 1.5 })).toThrow(OptionError);
  expect(() => epochs({ part: 1 })).toThrow("unknown option 'part'");
  const bad = [{ source: [5], target: [6], links: [[0, 1]] as const }];
  expect(() => new DroppedBatches(bad, { ...unk, rate: 0.1, batchSize: 1 })).toThrow(InputError);
});
