/** The examples of word2vec: windows, sub-sampling, noise; deterministic and resumable. */
import { describe, expect, it } from 'vitest';
import { InputError, OptionError } from '../../../src/core/errors';
import { random } from '../../../src/core/random';
import { noiseBaseline } from '../../../src/evaluation/wordBaseline';
import {
  countIds,
  keepProbabilities,
  NoiseDistribution,
  type WordBatch,
  WordIterator,
  type WordIteratorOptions,
} from '../../../src/text';

const source = random(5);
/** Sentences of 1 to 9 ids of 1 to 19, low ones more often. */
const sentences = Array.from({ length: 60 }, () =>
  Array.from({ length: 1 + source.below(9) }, () => 1 + source.below(1 + source.below(19))),
);
const OPTIONS = { kind: 'skipgram', vocabulary: 20, batchSize: 32, window: 3 } as const;

function take(iterator: WordIterator, count: number): readonly WordBatch[] {
  return Array.from({ length: count }, () => iterator.next().value).flatMap((batch) => batch ?? []);
}

function epochOf(given: readonly (readonly number[])[], options: WordIteratorOptions) {
  return [...new WordIterator(given, { ...options, epochs: 1 })];
}

/** [known words, true word] of every example. */
function examplesOf(batches: readonly WordBatch[]) {
  return batches.flatMap(({ size, width, candidates, inputs, words }) =>
    Array.from({ length: size }, (_, row) => ({
      inputs: [...inputs.subarray(row * width, (row + 1) * width)].filter((id) => id !== 0),
      target: words[row * candidates],
    })),
  );
}

describe('word examples', () => {
  it('of a window of one are all pairs of neighbours, both ways', () => {
    const found = examplesOf(epochOf([[1, 2, 3]], { ...OPTIONS, window: 1, subsample: 0 }));
    expect(found).toEqual([
      { inputs: [1], target: 2 },
      { inputs: [2], target: 1 },
      { inputs: [2], target: 3 },
      { inputs: [3], target: 2 },
    ]);
  });

  it('of CBOW are each word with those round it, from 1 to the window to either side', () => {
    const line = Array.from({ length: 19 }, (_, i) => i + 1);
    const options = { ...OPTIONS, kind: 'cbow', subsample: 0 } as const;
    const reaches = new Set<number>();
    const epochs = 30;
    for (let seed = 0; seed < epochs; seed++) {
      const batches = epochOf([line], { ...options, cursor: { seed } });
      expect(batches[0]?.width).toBe(6);
      const examples = examplesOf(batches);
      expect(examples.map(({ target }) => target)).toEqual(line);
      for (const { inputs, target = 0 } of examples) {
        const reach = Math.max(...inputs.map((id) => Math.abs(id - target)));
        expect(inputs).toEqual(
          line.filter((id) => id !== target && Math.abs(id - target) <= reach),
        );
        reaches.add(reach);
      }
    }
    expect(reaches).toEqual(new Set([1, 2, 3]));
  });

  it('weigh near neighbours more: a window reaches each distance equally often', () => {
    const line = Array.from({ length: 19 }, (_, i) => i + 1);
    const distances = [0, 0, 0, 0];
    for (let seed = 0; seed < 200; seed++) {
      const options = { ...OPTIONS, subsample: 0, cursor: { seed } };
      for (const { inputs, target = 0 } of examplesOf(epochOf([line], options))) {
        const distance = Math.abs((inputs[0] ?? 0) - target);
        distances[distance] = (distances[distance] ?? 0) + 1;
      }
    }
    const [, one = 0, two = 0, three = 0] = distances;
    // 200 lines of 36, 34 and 32 ordered places; a place is used with probability 1, 2/3 and 1/3.
    expect(one).toBe(200 * 36);
    const deviation = (n: number, p: number) => Math.sqrt(n * p * (1 - p) * 2);
    expect(Math.abs(two - (200 * 34 * 2) / 3)).toBeLessThan(5 * deviation(200 * 34, 2 / 3));
    expect(Math.abs(three - (200 * 32) / 3)).toBeLessThan(5 * deviation(200 * 32, 1 / 3));
  });

  for (const kind of ['skipgram', 'cbow'] as const) {
    it(`of ${kind} are the same for the same seed, and go on from any cursor`, () => {
      const options = { ...OPTIONS, kind, subsample: 0.05 };
      const whole = new WordIterator(sentences, { ...options, cursor: { seed: 3 } });
      const steps = 3 * whole.batchesPerEpoch + 2;
      const cursors = [];
      const batches = [];
      for (let step = 0; step < steps; step++) {
        cursors.push(whole.cursor);
        batches.push(...take(whole, 1));
      }
      expect(new Set(cursors.map(({ epoch }) => epoch)).size).toBeGreaterThan(2);
      for (let at = 0; at < steps; at += 3) {
        const cursor = JSON.parse(JSON.stringify(cursors[at]));
        const rest = take(new WordIterator(sentences, { ...options, cursor }), steps - at);
        expect(rest).toEqual(batches.slice(at));
      }
      const other = take(new WordIterator(sentences, { ...options, cursor: { seed: 4 } }), 1);
      expect(other).not.toEqual(batches.slice(0, 1));
    });
  }

  it('fill every batch but the last of an epoch', () => {
    const iterator = new WordIterator(sentences, { ...OPTIONS, epochs: 1 });
    const sizes = [...iterator].map(({ size }) => size);
    expect(sizes).toHaveLength(iterator.batchesPerEpoch);
    expect(new Set(sizes.slice(0, -1))).toEqual(new Set([32]));
    expect(sizes.at(-1)).toBeGreaterThan(0);
  });

  it('have noise that is never the true word', () => {
    const batches = epochOf(sentences, { ...OPTIONS, negatives: 8 });
    let hidden = 0;
    for (const { size, candidates, words } of batches) {
      expect(candidates).toBe(9);
      for (let row = 0; row < size; row++) {
        const [target, ...noise] = words.subarray(row * candidates, (row + 1) * candidates);
        expect(target).toBeGreaterThan(0);
        expect(noise).not.toContain(target);
        hidden += noise.filter((id) => id === 0).length;
      }
    }
    expect(hidden).toBeGreaterThan(0);
  });

  it('say what cannot be', () => {
    const make =
      (given: readonly (readonly number[])[], more: object = {}) =>
      () =>
        new WordIterator(given, { ...OPTIONS, ...more });
    expect(make([[1, 20]])).toThrow(InputError);
    expect(make([[1, 0]])).toThrow('id 0 is padding');
    expect(make([[1], [2]])).toThrow('the 2 sentences give no examples');
    expect(make([])).toThrow(InputError);
    expect(make(sentences, { window: 0 })).toThrow(OptionError);
    expect(make(sentences, { negatives: 1.5 })).toThrow(OptionError);
    expect(make(sentences, { subsample: 2 })).toThrow(OptionError);
    expect(make(sentences, { kind: 'glove' })).toThrow(OptionError);
    expect(make(sentences, { windows: 3 })).toThrow("unknown option 'windows'");
    expect(make(sentences, { cursor: { batch: -1 } })).toThrow(OptionError);
    const beyond = new WordIterator(sentences, { ...OPTIONS, cursor: { batch: 1000 } });
    expect(() => beyond.next()).toThrow('other data or other options');
  });
});

describe('frequent words', () => {
  it("are kept with word2vec's probability", () => {
    const counts = Float64Array.of(0, 900, 90, 9, 1);
    const keep = keepProbabilities(counts, 0.01);
    expect(keep[1]).toBeCloseTo(Math.sqrt(0.01 / 0.9) + 0.01 / 0.9, 12);
    expect([...keep.slice(3)]).toEqual([1, 1]);
    expect([...keepProbabilities(counts, 0)]).toEqual([1, 1, 1, 1, 1]);
  });

  it('are left out of sentences as often', () => {
    const many = Array.from({ length: 400 }, () => [1, 2, 1, 3, 1, 4, 1, 5]);
    const counts = countIds(many, 6);
    expect([...counts]).toEqual([0, 1600, 400, 400, 400, 400]);
    const keep = keepProbabilities(counts, 0.05)[1] ?? 0;
    const options = { kind: 'cbow', vocabulary: 6, batchSize: 64, window: 1 } as const;
    const targets = examplesOf(epochOf(many, { ...options, subsample: 0.05 }));
    const kept = targets.filter(({ target }) => target === 1).length;
    const deviation = Math.sqrt(1600 * keep * (1 - keep));
    expect(Math.abs(kept - 1600 * keep)).toBeLessThan(5 * deviation);
  });

  it('are drawn as noise in proportion to count^0.75', () => {
    const counts = Float64Array.of(0, 1, 16, 0, 81);
    const noise = new NoiseDistribution(counts);
    const found = new Float64Array(5);
    const draws = 20_000;
    for (let i = 0; i < draws; i++) {
      const id = noise.draw((i + 0.5) / draws);
      found[id] = (found[id] ?? 0) + 1;
    }
    // Weights 1, 8 and 27 of 36; draws at even places are within one of them.
    [0, 1, 8, 0, 27].forEach((weight, id) => {
      expect(noise.probability(id)).toBeCloseTo(weight / 36, 12);
      expect(Math.abs((found[id] ?? 0) - (draws * weight) / 36)).toBeLessThanOrEqual(1);
    });
    expect(noise.draw(0)).toBe(1);
    expect(noise.draw(1 - 2 ** -32)).toBe(4);
    expect(() => new NoiseDistribution(new Float64Array(3))).toThrow(InputError);
  });
});

it('the baseline of counts is what its scores lose', () => {
  const counts = Float64Array.of(0, 1, 16);
  const batch: WordBatch = {
    size: 2,
    width: 1,
    candidates: 3,
    inputs: Int32Array.of(1, 2),
    words: Int32Array.of(2, 1, 0, 1, 2, 2),
  };
  // p is 1/17 and 16/17, q is 1/9 and 8/9, with 2 noise words.
  const [s1, s2] = [Math.log(9 / 17 / 2), Math.log((16 * 9) / (17 * 8) / 2)];
  const loss = (x: number) => Math.log(1 + Math.exp(-x));
  const want = (loss(s2) + loss(-s1) + (loss(s1) + 2 * loss(-s2))) / 2;
  expect(noiseBaseline([batch], counts, { subsample: 0 })).toBeCloseTo(want, 12);
  expect(() => noiseBaseline([], counts, { subsample: 0 })).toThrow(InputError);
});
