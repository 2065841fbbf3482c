/** Bags of words and tf-idf against their definitions written out. */
import { describe, expect, it } from 'vitest';
import { InputError, OptionError } from '../../../src/core/errors';
import { bagOfWords, denseRows, TfIdf, type TfIdfOptions } from '../../../src/text';

const DOCUMENTS = [
  'the cat sat on the mat',
  'the dog sat on the log the dog',
  'cats and dogs',
  'constructor __proto__ the',
].map((text) => text.split(' '));

/** The weights of a document by the formulas, word by word. */
function weightsOf(
  words: readonly string[],
  termFrequency: (count: number) => number,
  inverse: (n: number, df: number) => number,
): ReadonlyMap<string, number> {
  const raw = [...new Set(words)].map((word) => {
    const count = words.filter((other) => other === word).length;
    const df = DOCUMENTS.filter((document) => document.includes(word)).length;
    return [word, termFrequency(count) * inverse(DOCUMENTS.length, df)] as const;
  });
  const length = Math.sqrt(raw.reduce((sum, [, weight]) => sum + weight * weight, 0));
  return new Map(raw.map(([word, weight]) => [word, weight / length]));
}

const VARIANTS: readonly (readonly [
  TfIdfOptions,
  (count: number) => number,
  (n: number, df: number) => number,
])[] = [
  [{}, (count) => count, (n, df) => Math.log((1 + n) / (1 + df)) + 1],
  [{ inverse: 'plain' }, (count) => count, (n, df) => Math.log(n / df)],
  [{ inverse: 'none', termFrequency: 'logarithm' }, (count) => 1 + Math.log(count), () => 1],
];

describe('tf-idf', () => {
  for (const [options, termFrequency, inverse] of VARIANTS) {
    it(`with ${JSON.stringify(options)} is its definition`, () => {
      const model = new TfIdf(DOCUMENTS, options);
      DOCUMENTS.forEach((document, i) => {
        const want = weightsOf(document, termFrequency, inverse);
        const weights = model.documents[i];
        expect(weights?.size).toBe(want.size);
        for (const [word, weight] of want) {
          expect(weights?.get(model.terms.indexOf(word))).toBeCloseTo(weight, 12);
        }
      });
    });
  }

  it('ranks the documents by their cosine with a query', () => {
    const model = new TfIdf(DOCUMENTS);
    const query = 'a dog on a log'.split(' ');
    const ranked = model.rank(query);
    expect(ranked.map(({ document }) => document)).toEqual([1, 0, 2, 3]);
    expect(ranked.slice(2).map(({ score }) => score)).toEqual([0, 0]);
    expect(model.rank(DOCUMENTS[3] ?? [], 1)[0]).toMatchObject({ document: 3 });
    expect(model.rank(DOCUMENTS[3] ?? [], 1)[0]?.score).toBeCloseTo(1, 12);
    expect(model.rank(['unknown']).every(({ score }) => score === 0)).toBe(true);
  });

  it('counts words, whatever they are called', () => {
    expect([...bagOfWords(['b', '__proto__', 'b'])]).toEqual([
      ['b', 2],
      ['__proto__', 1],
    ]);
    const model = new TfIdf(DOCUMENTS);
    expect([...model.counts(['dog', 'unknown', 'dog'])]).toEqual([[model.terms.indexOf('dog'), 2]]);
    expect(denseRows([new Map([[1, 2]]), new Map()], 3)).toEqual(Float32Array.of(0, 2, 0, 0, 0, 0));
  });

  it('of empty documents is nothing, and says what cannot be', () => {
    expect([...(new TfIdf([[], ['a']]).documents[0] ?? [])]).toEqual([]);
    expect(() => new TfIdf([])).toThrow(InputError);
    expect(() => new TfIdf(DOCUMENTS, JSON.parse('{"inverse":"bm25"}'))).toThrow(OptionError);
    expect(() => new TfIdf(DOCUMENTS).rank(['a'], 0)).toThrow(OptionError);
  });
});
