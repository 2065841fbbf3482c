/** Masked words and noise: how much is changed, how, and that the same place gives the same batch. */
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/core/errors';
import { random } from '../../../src/core/random';
import { NO_LABEL } from '../../../src/text/labelled';
import { MaskedBatches, maskSentence } from '../../../src/text/masking';
import { addNoise, NoisedBatches } from '../../../src/text/noising';

const WORDS = Array.from({ length: 40 }, (_, i) => 4 + i);
const MASK = 44;
const masking = { maskId: MASK, words: WORDS };
const sentences = Array.from({ length: 300 }, (_, i) => {
  const numbers = random(i);
  return Array.from({ length: 1 + (i % 12) }, () => 4 + numbers.below(40));
});

/** Whether a count of n trials with probability p is within five standard deviations. */
const isLikely = (count: number, n: number, p: number) =>
  Math.abs(count - n * p) < 5 * Math.sqrt(n * p * (1 - p)) + 1;

describe('masked words', () => {
  it('are 15 percent: 80 of 100 masked, 10 drawn, 10 kept', () => {
    const ids = Array.from({ length: 40_000 }, (_, i) => 4 + (i % 40));
    const { tokens, labels } = maskSentence(ids, masking, random(1));
    const chosen = labels.flatMap((label, place) => (label === NO_LABEL ? [] : [place]));
    expect(isLikely(chosen.length, ids.length, 0.15)).toBe(true);
    const masked = chosen.filter((place) => tokens[place] === MASK).length;
    const kept = chosen.filter((place) => tokens[place] === labels[place]).length;
    expect(isLikely(masked, chosen.length, 0.8)).toBe(true);
    // A drawn word is the original one of 40 times.
    expect(isLikely(kept, chosen.length, 0.1 + 0.1 / 40)).toBe(true);
    const framed = [1, ...ids, 2];
    const wrong = labels.filter((label, place) =>
      label === NO_LABEL ? tokens[place] !== framed[place] : label !== framed[place],
    );
    expect(wrong).toEqual([]);
  });

  it('are at least one in every sentence, and never bos or eos', () => {
    for (const [i, ids] of sentences.entries()) {
      const { tokens, labels } = maskSentence(ids, masking, random(i));
      expect([tokens[0], tokens.at(-1), tokens.length]).toEqual([1, 2, ids.length + 2]);
      expect([labels[0], labels.at(-1)]).toEqual([NO_LABEL, NO_LABEL]);
      expect(labels.some((label) => label !== NO_LABEL)).toBe(true);
    }
  });

  it('differ from epoch to epoch, and go on from a stored cursor exactly where they stood', () => {
    const options = { ...masking, batchSize: 32 };
    const through = new MaskedBatches(sentences, { ...options, cursor: { seed: 5 } });
    const all = Array.from({ length: 25 }, () => ({ cursor: through.cursor, ...through.next() }));
    const [first] = all;
    expect(new Set(all.map(({ value }) => value?.tokens.join(' '))).size).toBe(all.length);
    for (const { cursor, value } of all) {
      expect(new MaskedBatches(sentences, { ...options, cursor }).next().value).toEqual(value);
    }
    expect(first?.value?.size).toBeLessThanOrEqual(32);
  });

  it('need words', () => {
    expect(() => new MaskedBatches([[5], []], { ...masking, batchSize: 2 })).toThrow(InputError);
    expect(() => new MaskedBatches([], { ...masking, batchSize: 2 })).toThrow(InputError);
  });
});

describe('noise', () => {
  const long = Array.from({ length: 60_000 }, (_, i) => 4 + (i % 40));

  it('covers the wanted part by masked spans, and deletes of the rest what it should', () => {
    const options = { maskId: MASK, maskRate: 0.3, deleteRate: 0, permuteRate: 0 };
    const masked = addNoise(long, options, random(2));
    const left = masked.filter((id) => id !== MASK).length;
    expect(left / long.length).toBeCloseTo(0.7, 1.7);
    const spans = masked.length - left;
    expect((long.length - left) / spans).toBeCloseTo(3, 0.7);
    const deleted = addNoise(long, { ...options, maskRate: 0, deleteRate: 0.1 }, random(2));
    expect(isLikely(long.length - deleted.length, long.length, 0.1)).toBe(true);
  });

  it('permutes whole clauses only', () => {
    const ends = { clauseEnds: [4], permuteRate: 1, maskRate: 0, deleteRate: 0 };
    const ids = [5, 6, 4, 7, 4, 8, 9];
    const orders = new Set(
      Array.from({ length: 200 }, (_, i) =>
        addNoise(ids, { maskId: MASK, ...ends }, random(i)).join(' '),
      ),
    );
    const [a, b, c] = ['5 6 4', '7 4', '8 9'];
    const all = [
      [a, b, c],
      [a, c, b],
      [b, a, c],
      [b, c, a],
      [c, a, b],
      [c, b, a],
    ];
    expect([...orders].toSorted()).toEqual(all.map((order) => order.join(' ')).toSorted());
  });

  it('makes batches of noised sources and clean targets, the same at the same place', () => {
    const options = { maskId: MASK, batchSize: 32, maxSourceLength: 13 };
    const batches = new NoisedBatches(sentences, { ...options, cursor: { seed: 3 } });
    for (let i = 0; i < 12; i++) {
      const { cursor } = batches;
      const value = batches.next().value!;
      expect(new NoisedBatches(sentences, { ...options, cursor }).next().value).toEqual(value);
      expect(value.sourceLength).toBeLessThanOrEqual(13);
      expect(value.targetOutput.includes(MASK)).toBe(false);
    }
    expect(() => new NoisedBatches([[]], options)).toThrow(InputError);
  });
});
