import { describe, expect, test } from 'vitest';
import { InputError, OptionError } from '../../../src/core/errors';
import { random } from '../../../src/core/random';
import {
  type Batch,
  BatchIterator,
  buildVocabulary,
  type EncodedPair,
  encodePairs,
  epochOrder,
  makeBatch,
  readTabSeparated,
} from '../../../src/text';
import { readTatoeba, withTatoeba } from './tatoeba';

const numbers = random(3);
const ids = (most: number): number[] =>
  Array.from({ length: 1 + numbers.below(most) }, () => 4 + numbers.below(50));
const pairs: readonly EncodedPair[] = Array.from({ length: 1003 }, () => ({
  source: ids(9),
  target: ids(12),
}));
const take = (batches: BatchIterator, count: number): Batch[] =>
  Array.from({ length: count }, () => batches.next().value).filter((batch) => batch !== undefined);

describe('makeBatch', () => {
  test('source ends with eos, target in begins with bos, target out ends with eos', () => {
    const batch = makeBatch([
      { source: [5, 6], target: [7] },
      { source: [8], target: [9, 10, 11] },
    ]);
    expect(batch).toEqual({
      size: 2,
      sourceLength: 3,
      targetLength: 4,
      source: Int32Array.of(5, 6, 2, 8, 2, 0),
      sourceLengths: Int32Array.of(3, 2),
      targetInput: Int32Array.of(1, 7, 0, 0, 1, 9, 10, 11),
      targetOutput: Int32Array.of(7, 2, 0, 0, 9, 10, 11, 2),
      targetLengths: Int32Array.of(2, 4),
      targetTokens: 6,
    });
  });

  test('empty sentences are eos alone', () => {
    const batch = makeBatch([{ source: [], target: [] }]);
    expect([...batch.source, ...batch.targetInput, ...batch.targetOutput]).toEqual([2, 1, 2]);
  });

  test('each side can have its own special ids', () => {
    const batch = makeBatch(
      [
        { source: [0], target: [0, 0] },
        { source: [0, 1], target: [0] },
      ],
      { sourceIds: { pad: 7, eos: 8 }, targetIds: { pad: 5, bos: 6, eos: 9 } },
    );
    expect([...batch.source]).toEqual([0, 8, 7, 0, 1, 8]);
    expect([...batch.targetInput]).toEqual([6, 0, 0, 6, 0, 5]);
    expect([...batch.targetOutput]).toEqual([0, 0, 9, 0, 9, 5]);
  });

  test('lengths are rounded up to a multiple, not beyond the limit', () => {
    const batch = makeBatch([{ source: [5, 6, 7, 8], target: [5] }], {
      lengthMultiple: 4,
      maxSourceLength: 6,
    });
    expect([batch.sourceLength, batch.targetLength]).toEqual([6, 4]);
    expect([...batch.source]).toEqual([5, 6, 7, 8, 2, 0]);
    expect(batch.targetTokens).toBe(2);
  });

  test('the pair that is too long or holds a bad id is named', () => {
    const long = [
      { source: [5], target: [5] },
      { source: [5, 6], target: [5] },
    ];
    expect(() => makeBatch(long, { maxSourceLength: 2 })).toThrow(
      'pair 1, source [5 6]: 3 tokens with eos, the limit is 2',
    );
    expect(() => makeBatch([{ source: [5], target: [0] }])).toThrow('pair 0, target [0]: id 0');
    expect(() => makeBatch([{ source: [1.5], target: [5] }])).toThrow(InputError);
    expect(() => makeBatch([])).toThrow(InputError);
    expect(() => makeBatch(long, { lengthMultiple: 0 })).toThrow(OptionError);
    expect(() => makeBatch(long, Object.assign({ lengthMultiple: 1 }, { max: 1 }))).toThrow(
      "unknown option 'max'",
    );
  });

  test('encodePairs names the pair of an unknown word', () => {
    const vocabulary = buildVocabulary([['a']]);
    const corpus = [
      { source: ['a'], target: ['a'] },
      { source: ['a'], target: ['b'] },
    ];
    expect(() => encodePairs(corpus, vocabulary, vocabulary)).toThrow(
      "pair 1: Vocabulary.encode: 'b'",
    );
    expect(encodePairs(corpus, vocabulary, vocabulary, { unknown: 'unk' })[1]?.target).toEqual([3]);
  });
});

describe('epochOrder', () => {
  const length = (index: number): number =>
    100 * (pairs[index]?.source.length ?? 0) + (pairs[index]?.target.length ?? 0);
  const place = { seed: 1, epoch: 0 };

  test('an epoch has every pair once, in full batches but one', () => {
    const order = epochOrder(pairs, place, { batchSize: 64 });
    expect(order.flat().sort((a, b) => a - b)).toEqual(pairs.map((_, i) => i));
    expect(order.length).toBe(16);
    expect(order.map((batch) => batch.length).sort((a, b) => a - b)).toEqual([
      43,
      ...new Array<number>(15).fill(64),
    ]);
  });

  test('batches of one pool are disjoint stretches of the pairs sorted by length', () => {
    const order = epochOrder(pairs, place, { batchSize: 64, poolBatches: 50 });
    const sorted = [...order].sort((a, b) => length(a[0] ?? 0) - length(b[0] ?? 0));
    const lengths = sorted.flat().map(length);
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
    expect(order).not.toEqual(sorted);
  });

  test('pools limit sorting: pools of one batch are not disjoint in length', () => {
    const order = epochOrder(pairs, place, { batchSize: 64, poolBatches: 1 });
    for (const batch of order) {
      const lengths = batch.map(length);
      expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
      expect(Math.max(...lengths) - Math.min(...lengths)).toBeGreaterThan(500);
    }
  });

  test('seed and epoch change the order, nothing else does', () => {
    const order = (seed: number, epoch: number) =>
      epochOrder(pairs, { seed, epoch }, { batchSize: 10 });
    expect(order(1, 0)).toEqual(order(1, 0));
    expect(order(1, 0)).not.toEqual(order(1, 1));
    expect(order(1, 0)).not.toEqual(order(2, 0));
  });
});

describe('BatchIterator', () => {
  test('goes on from a stored cursor exactly where it stood, across epochs', () => {
    const whole = new BatchIterator(pairs, { batchSize: 100, cursor: { seed: 9 } });
    take(whole, 14);
    const stored: unknown = JSON.parse(JSON.stringify(whole.cursor));
    expect(stored).toEqual({ seed: 9, epoch: 1, batch: 3 });
    const resumed = new BatchIterator(pairs, { batchSize: 100, cursor: whole.cursor });
    expect(take(resumed, 20)).toEqual(take(whole, 20));
    expect(resumed.cursor).toEqual(whole.cursor);
  });

  test('ends after the asked epochs', () => {
    const batches = [...new BatchIterator(pairs, { batchSize: 64, epochs: 2 })];
    expect(batches.length).toBe(32);
    const tokens = pairs.reduce((sum, pair) => sum + pair.target.length + 1, 0);
    expect(batches.reduce((sum, batch) => sum + batch.targetTokens, 0)).toBe(2 * tokens);
  });

  test('a batch larger than the corpus holds all of it', () => {
    const batches = new BatchIterator(pairs.slice(0, 1), { batchSize: 8 });
    expect([batches.batchesPerEpoch, take(batches, 3).map((batch) => batch.size)]).toEqual([
      1,
      [1, 1, 1],
    ]);
  });

  test('a cursor of other data, a long pair and unknown options throw at once', () => {
    const open = (options: ConstructorParameters<typeof BatchIterator>[1]) => () =>
      new BatchIterator(pairs, options);
    expect(open({ batchSize: 100, cursor: { batch: 11 } })).toThrow(
      'batch 11 is beyond the 11 batches of an epoch',
    );
    expect(open({ batchSize: 100, cursor: { epoch: -1 } })).toThrow(OptionError);
    expect(open({ batchSize: 100, cursor: { seed: 0.5 } })).toThrow(OptionError);
    expect(open({ batchSize: 0 })).toThrow(OptionError);
    expect(open({ batchSize: 8, maxTargetLength: 4 })).toThrow('the limit is 4');
    expect(open(Object.assign({ batchSize: 8 }, { size: 8 }))).toThrow("unknown option 'size'");
    expect(() => new BatchIterator([], { batchSize: 8 })).toThrow(InputError);
  });
});

withTatoeba({
  'train.tsv has 313 batches of 64 an epoch and vocabularies of 1,852 and 2,845': () => {
    const corpus = readTabSeparated(readTatoeba('train.tsv'));
    const english = buildVocabulary(corpus.map((pair) => pair.source));
    const french = buildVocabulary(corpus.map((pair) => pair.target));
    expect([english.size, french.size]).toEqual([1852, 2845]);
    const batches = new BatchIterator(encodePairs(corpus, english, french), {
      batchSize: 64,
      epochs: 1,
    });
    const all = [...batches];
    expect([batches.batchesPerEpoch, all.length]).toEqual([313, 313]);
    const padded = all.reduce((sum, batch) => sum + batch.targetOutput.length, 0);
    const tokens = all.reduce((sum, batch) => sum + batch.targetTokens, 0);
    expect(padded / tokens).toBeLessThan(1.1);
  },
});
