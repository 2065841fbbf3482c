import { describe, expect, test } from 'vitest';
import { InputError, OptionError } from '../../../src/core/errors';
import { corpusBleu } from '../../../src/evaluation/bleu';
import { bootstrapInterval } from '../../../src/evaluation/bootstrap';
import { chrF2 } from '../../../src/evaluation/chrf';
import {
  exactMatch,
  exactMatchCounts,
  perplexity,
  tokenAccuracy,
} from '../../../src/evaluation/metrics';

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
const bleu = (
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  smoothing: 'none' | 'exp' = 'none',
) =>
  corpusBleu(
    hypotheses.map(words),
    references.map((list) => list.map(words)),
    { smoothing },
  );

describe('corpusBleu', () => {
  test("Papineni's example: clipped unigram precision 2/7", () => {
    const refs = ['the cat is on the mat', 'there is a cat on the mat'];
    const { precisions, score } = bleu(['the the the the the the the'], [refs]);
    expect(precisions[0]).toBeCloseTo(200 / 7, 10);
    expect(score).toBe(0);
  });

  test('geometric mean of 4/5, 3/4, 2/3, 1/2 is the fourth root of 1/5', () => {
    expect(bleu(['a b c d e'], [['a b c d f']]).score).toBeCloseTo(100 * 0.2 ** 0.25, 10);
  });

  test('short hypotheses pay exp(1 - r/c)', () => {
    const { score, brevityPenalty } = bleu(['a b c d'], [['a b c d e']]);
    expect(brevityPenalty).toBeCloseTo(Math.exp(-1 / 4), 12);
    expect(score).toBeCloseTo(100 * Math.exp(-1 / 4), 10);
  });

  test('the closest reference counts, the shorter of two equally close', () => {
    const result = bleu(['a b c d e'], [['a b c d e f', 'a b c d', 'a b c d e f g h']]);
    expect(result).toMatchObject({ referenceLength: 4, brevityPenalty: 1 });
    expect(result.score).toBeCloseTo(100, 10);
  });

  test('counts are pooled over the corpus before dividing', () => {
    // 1-grams 6/7, 2-grams 4/5, 3-grams 3/3, 4-grams 2/2, lengths 7 and 7.
    const { score, precisions } = bleu(['a b c d e', 'x y'], [['a b c d e'], ['x z']]);
    expect(precisions.map((p) => p / 100)).toEqual(
      [6 / 7, 4 / 5, 1, 1].map((p) => expect.closeTo(p)),
    );
    expect(score).toBeCloseTo(100 * ((6 / 7) * (4 / 5)) ** 0.25, 10);
  });

  // Values of sacreBLEU 2.6.0 with tokenize='none'.
  const first = {
    hypotheses: ['the cat sat on the mat', 'there is a big dog here', 'hello world'],
    references: [
      ['the cat is on the mat', 'a cat sat on a mat'],
      ['a large dog is here', 'there is a large dog in here today'],
      ['hello there world', 'hi world'],
    ],
  };
  const second = {
    hypotheses: ['the dog', 'a cat ran away quickly today'],
    references: [['the dog'], ['the cat went off']],
  };
  test.each([
    [first, 'none', 0],
    [first, 'exp', 36.86316950916621],
    [second, 'none', 0],
    [second, 'exp', 15.973577606156818],
  ] as const)('agrees with sacreBLEU (case %#)', ({ hypotheses, references }, smoothing, score) => {
    expect(bleu(hypotheses, references, smoothing).score).toBeCloseTo(score, 10);
  });

  test('chrF2 agrees with sacreBLEU', () => {
    expect(chrF2(first.hypotheses, first.references)).toBeCloseTo(46.65173929855302, 10);
    expect(chrF2(second.hypotheses, second.references)).toBeCloseTo(29.698446187993426, 10);
    expect(chrF2(['été à la'], [["l'été là-bas"]])).toBeCloseTo(15.795177458683279, 10);
  });

  test('nothing in common, empty and too short hypotheses score 0, smoothed or not', () => {
    for (const smoothing of ['none', 'exp'] as const) {
      expect(bleu(['a b c d'], [['w x y z']], smoothing).score).toBe(0);
      expect(bleu([''], [['w x y z']], smoothing)).toMatchObject({ score: 0, brevityPenalty: 0 });
      expect(bleu(['a b'], [['a b']], smoothing).score).toBe(0);
    }
  });

  test('wrong counts and options throw', () => {
    expect(() => bleu([], [])).toThrow(InputError);
    expect(() => bleu(['a'], [['a'], ['b']])).toThrow('1 hypotheses but 2 references');
    expect(() => bleu(['a', 'b'], [['a'], []])).toThrow('sentence 1 has no reference');
    expect(() =>
      corpusBleu([['a']], [[['a']]], Object.assign({ smoothing: 'exp' } as const, { smooth: 1 })),
    ).toThrow(OptionError);
  });
});

describe('other metrics', () => {
  test('chrF2 of ab against abc: P = 1, R = (2/3 + 1/2)/2, F2 = 7/11', () => {
    expect(chrF2(['a b'], [['abc']])).toBeCloseTo(700 / 11, 10);
    expect(chrF2(['same text'], [['other', 'same text']])).toBeCloseTo(100, 10);
    expect(chrF2([''], [['abc']])).toBe(0);
    expect(chrF2(['xyz'], [['abc']])).toBe(0);
  });

  test('exactMatch takes any reference', () => {
    const references = [[['a'], ['a', 'b']], [['c']], [['d']]];
    expect(exactMatch([['a', 'b'], ['c', 'c'], ['d']], references)).toBeCloseTo(2 / 3, 12);
  });

  test('the interval of an exact match is that of a binomial share', () => {
    const hypotheses = Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? ['x'] : ['a']));
    const counts = exactMatchCounts(
      hypotheses,
      hypotheses.map(() => [['a']]),
    );
    const { mean, halfWidth } = bootstrapInterval(counts, { samples: 4000 });
    const deviation = Math.sqrt((0.75 * 0.25) / 400);
    // 4 standard errors of 4000 draws, and a sentence on either side: shares are whole 400ths.
    expect(Math.abs(mean - 0.75)).toBeLessThan((4 * deviation) / Math.sqrt(4000));
    expect(Math.abs(halfWidth - 1.96 * deviation)).toBeLessThan(0.12 * deviation + 1 / 400);
    expect(() => bootstrapInterval({ ...counts, rows: [] })).toThrow(InputError);
  });

  test('perplexity of a fair choice among n is n', () => {
    expect(perplexity(Math.log(37))).toBeCloseTo(37, 12);
    expect(perplexity(0)).toBe(1);
  });

  test('tokenAccuracy compares places over the length of the reference', () => {
    const accuracy = tokenAccuracy(
      [words('a b c d e'), words('b a'), words('')],
      [words('a b x d'), words('a b'), words('a b')],
    );
    expect(accuracy).toBe(3 / 8);
    expect(() => tokenAccuracy([[]], [[]])).toThrow(InputError);
  });
});
