/** Neighbours, analogies and ranked documents from the GPU, against plain float64. */

import {
  DisposedError,
  DocumentIndex,
  InputError,
  OptionError,
  ShapeError,
  WordVectors,
} from 'qkv';
import { random } from 'qkv/cpu';
import { NearestRows } from 'qkv/inspect';
import { bagOfWords, TfIdf } from 'qkv/text';
import { toyPairs } from 'qkv/toy';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';

const device = useDevice();

function matrix(rows: number, columns: number, seed: number) {
  const source = random(seed);
  const data = Float32Array.from({ length: rows * columns }, () => source.normal() * 3);
  return { shape: [rows, columns], data };
}

const rowOf = ({ shape, data }: ReturnType<typeof matrix>, row: number) => [
  ...data.subarray(row * shape[1]!, (row + 1) * shape[1]!),
];
const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const cosine = (a: readonly number[], b: readonly number[]) =>
  dot(a, b) / (Math.sqrt(dot(a, a) * dot(b, b)) || 1);

/** A cosine in f32: both rows and d products round, and d sums of at most 1. */
const cosineError = (d: number) => (d + 4) * 2 ** -24;

/** Rows must come in falling order of their true scores, up to errors, and none may be left out. */
function expectBest(
  found: readonly { readonly row: number; readonly score: number }[],
  scores: readonly number[],
  count: number,
  error: number,
): void {
  const sorted = scores.toSorted((a, b) => b - a);
  expect(found).toHaveLength(Math.min(count, scores.length));
  expect(new Set(found.map(({ row }) => row)).size).toBe(found.length);
  found.forEach(({ row, score }, i) => {
    expect(Math.abs(score - scores[row]!)).toBeLessThan(error);
    expect(Math.abs(score - sorted[i]!)).toBeLessThan(error);
  });
}

describe('nearest rows', () => {
  for (const [n, d, q, k] of [
    [1, 1, 1, 1],
    [37, 5, 3, 4],
    [300, 50, 17, 10],
  ] as const) {
    it(`of ${n} x ${d} for ${q} queries are those of the float64 reference`, async () => {
      const rows = matrix(n, d, 1);
      if (n > 2) rows.data.fill(0, 2 * d, 3 * d);
      const queries = matrix(q, d, 2);
      const nearest = await NearestRows.create(device(), rows);
      const found = await nearest.nearest(queries, k);
      expect(found).toHaveLength(q);
      found.forEach((one, i) => {
        const scores = Array.from({ length: n }, (_, r) =>
          cosine(rowOf(rows, r), rowOf(queries, i)),
        );
        expectBest(one, scores, k, cosineError(d));
      });
      nearest.dispose();
    });
  }

  it('say what cannot be, and are of no use after dispose()', async () => {
    const nearest = await NearestRows.create(device(), matrix(5, 3, 1));
    await expect(nearest.nearest(matrix(1, 4, 1), 1)).rejects.toThrow(ShapeError);
    await expect(nearest.nearest(matrix(1, 3, 1), 65)).rejects.toThrow(OptionError);
    await expect(nearest.balance(matrix(2, 3, 1), 1)).rejects.toThrow(ShapeError);
    expect(await nearest.nearest(matrix(1, 3, 1), 64)).toHaveLength(1);
    nearest.dispose();
    nearest.dispose();
    await expect(nearest.nearest(matrix(1, 3, 1), 1)).rejects.toThrow(DisposedError);
    await expect(NearestRows.create(device(), matrix(0, 3, 1))).rejects.toThrow(ShapeError);
  });

  it('give all their memory back', async () => {
    const bytes = device().liveBytes;
    const nearest = await NearestRows.create(device(), matrix(5, 3, 1));
    await nearest.nearest(matrix(1, 3, 1), 3);
    await nearest.balance(matrix(3, 3, 1), 2);
    nearest.dispose();
    await Promise.resolve();
    await Promise.resolve();
    expect(device().liveBytes).toBe(bytes);
  });
});

describe('word vectors', () => {
  const vectors = matrix(60, 12, 3);
  const words = Array.from({ length: 60 }, (_, i) => (i === 7 ? '__proto__' : `w${i}`));
  const at = (word: string) => rowOf(vectors, words.indexOf(word));
  const unit = (word: string) => at(word).map((x) => x / Math.sqrt(dot(at(word), at(word))));
  const given = ['w1', 'w2', 'w3'] as const;

  it('find neighbours without the word itself', async () => {
    const own = await WordVectors.create(device(), { words, vectors });
    const found = await own.nearest('__proto__', 5);
    const others = words.filter((word) => word !== '__proto__');
    const scores = others.map((word) => cosine(at(word), at('__proto__')));
    expectBest(
      found.map(({ word, score }) => ({ row: others.indexOf(word), score })),
      scores,
      5,
      cosineError(12),
    );
    expect(found[0]?.score).toBeCloseTo(own.similarity('__proto__', found[0]?.word ?? ''), 5);
    expect(await own.nearest(own.vector('w9'), 1)).toMatchObject([{ word: 'w9' }]);
    expect(await own.nearestOfEach(['__proto__', 'w4'], 5)).toEqual([
      found,
      await own.nearest('w4', 5),
    ]);
    own.dispose();
  });

  const methods = {
    add: (word: string) => {
      const wanted = unit('w2').map((x, i) => x - unit('w1')[i]! + unit('w3')[i]!);
      return cosine(at(word), wanted);
    },
    multiply: (word: string) => {
      const [a = 0, b = 0, c = 0] = given.map((other) => (1 + cosine(at(word), at(other))) / 2);
      return (b * c) / (a + 1e-3);
    },
  };
  for (const method of ['add', 'multiply'] as const) {
    it(`answer analogies by '${method}' as float64 does, without the three words`, async () => {
      const own = await WordVectors.create(device(), { words, vectors });
      const found = await own.analogy(...given, { count: 6, method });
      const others = words.filter((word) => !given.some((one) => one === word));
      const scores = others.map(methods[method]);
      // Each cosine is off by e: b c / a by at most (b + c + b c / a) e / a, and cosines are halved.
      const divisors = others.map((word) => (1 + cosine(at(word), at('w1'))) / 2 + 1e-3);
      const error =
        method === 'add'
          ? cosineError(12)
          : cosineError(12) * Math.max(...divisors.map((a, i) => (2 + scores[i]!) / a));
      expectBest(
        found.map(({ word, score }) => ({ row: others.indexOf(word), score })),
        scores,
        6,
        error,
      );
      own.dispose();
    });
  }

  it('say what cannot be', async () => {
    const own = await WordVectors.create(device(), { words, vectors });
    expect(own.has('w4') && !own.has('constructor')).toBe(true);
    expect(() => own.vector('constructor')).toThrow(InputError);
    await expect(own.nearest('none')).rejects.toThrow("'none' is not one of the 60 words");
    await expect(own.nearest('w1', 62)).rejects.toThrow(OptionError);
    await expect(own.nearest(new Float32Array(3))).rejects.toThrow(ShapeError);
    await expect(own.analogy('w1', 'w2', 'none')).rejects.toThrow(InputError);
    own.dispose();
    own.dispose();
    await expect(own.nearest('w1')).rejects.toThrow(DisposedError);
    const twice = { words: words.map((word) => word.replace('w2', 'w1')), vectors };
    await expect(WordVectors.create(device(), twice)).rejects.toThrow(InputError);
    await expect(WordVectors.create(device(), { words: ['a'], vectors })).rejects.toThrow(
      ShapeError,
    );
  });
});

it('documents are ranked as float64 ranks them', async () => {
  const documents = toyPairs({ seed: 1, split: 'train', count: 80 }).map(({ source }) => source);
  const queries = toyPairs({ seed: 1, split: 'dev', count: 20 }).map(({ source }) => source);
  const index = await DocumentIndex.create(device(), documents);
  const reference = new TfIdf(documents);
  const ranked = await index.rank(queries, 5);
  ranked.forEach((found, i) => {
    const all = reference.rank(queries[i]!, documents.length);
    const scores = documents.map((_, at) => all.find(({ document }) => document === at)!.score);
    const rows = found.map(({ document: row, score }) => ({ row, score }));
    // A query of at most 20 words has as many products; the rest are zero.
    expectBest(rows, scores, 5, cosineError(20));
  });
  // The counts that the weights are made of.
  const [query = []] = queries;
  const numbered = [...bagOfWords(query)].map(([word, count]) => [
    reference.terms.indexOf(word),
    count,
  ]);
  expect([...reference.counts(query)]).toEqual(numbered.filter(([term]) => term !== -1));
  index.dispose();
  await expect(index.rank(queries, 1)).rejects.toThrow(DisposedError);
});
