/** Tokens and scores as sacreBLEU gives them: its own tests' values, and recorded ones. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError, OptionError } from '../../../src/core/errors';
import { sacreBleu, sacreChrF2 } from '../../../src/evaluation/sacreBleu';
import { tokenise13a } from '../../../src/evaluation/tokenise13a';

interface Recorded {
  readonly options: object;
  readonly score: number;
  readonly signature: string;
}

interface Scores {
  readonly score: number;
  readonly mean: number;
  readonly halfWidth: number;
}

interface Texts {
  readonly hypotheses: string[];
  readonly references: string[][];
}

const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/sacrebleu.json'), 'utf8'),
) as {
  readonly tokens: [string, string][];
  readonly corpora: Record<string, Texts & { bleu: Recorded[]; chrF2: Recorded[] }>;
  readonly resampled: Texts & { bleu: Scores; chrF2: Scores };
};

/** Ours names another version, and says so. */
const ours = (signature: string) => signature.replace(/version:.*/, 'version:qkv-1');

describe('13a', () => {
  test.each(recorded.tokens)('cuts %j as sacreBLEU does', (line, tokens) => {
    expect(tokenise13a(line).join(' ')).toBe(tokens);
  });
});

describe.each(Object.entries(recorded.corpora))('%s', (_, corpus) => {
  const { hypotheses, references, bleu, chrF2 } = corpus;

  test.each(bleu)('BLEU is that of $signature', ({ options, score, signature }) => {
    const got = sacreBleu(hypotheses, references, options);
    expect(got.score).toBeCloseTo(score, 9);
    expect(got.signature).toBe(ours(signature));
  });

  test.each(chrF2)('chrF2 is that of $signature', ({ options, score, signature }) => {
    const got = sacreChrF2(hypotheses, references, options);
    expect(got.score).toBeCloseTo(score, 9);
    expect(got.signature).toBe(ours(signature));
  });
});

describe("values of sacreBLEU's own tests", () => {
  const sentence = 'Producția de zahăr primă va fi exprimată în ceea ce privește zahărul alb;';
  const reference = 'producţia de zahăr brut se exprimă în zahăr alb;';

  // test_sentence_bleu.py, to the digits given there.
  test.each([
    [{}, 8.493],
    [{ smoothing: 'none' }, 0],
    [{ smoothing: 'floor' }, 4.51688],
    [{ smoothing: 'floor', smoothingValue: 0.1 }, 4.51688],
    [{ smoothing: 'floor', smoothingValue: 0.5 }, 10.1],
    [{ smoothing: 'add-k' }, 14.882],
    [{ smoothing: 'add-k', smoothingValue: 1 }, 14.882],
    [{ smoothing: 'add-k', smoothingValue: 2 }, 21.389],
    [{ tokenisation: 'none' }, 7.347],
  ] as const)('a sentence with %j', (options, score) => {
    const got = sacreBleu([sentence], [[reference]], { ...options, effectiveOrder: true });
    expect(Math.abs(got.score - score)).toBeLessThan(1e-3);
    expect(got.signature).toContain('|eff:yes|');
  });

  test.each(['none', 'floor', 'add-k', 'exp'] as const)('nothing in common: 0, %s', (smoothing) => {
    const options = { smoothing, effectiveOrder: true };
    expect(sacreBleu(['this is a cat'], [['okay thanks']], options).score).toBe(0);
    expect(sacreBleu([''], [['okay thanks']], options).score).toBe(0);
  });

  // test_chrf.py: sentences, whose F scores are averaged there rather than precisions and recalls; and
  // short texts, of which both are the same.
  test.each([
    [
      'Co nás nejvíc trápí, protože lékaři si vybírají, kdo bude žít a kdo zemře.',
      'Nejvíce smutní jsme z toho, že musíme rozhodovat o tom, kdo bude žít a kdo zemře.',
      39.14078509,
    ],
    [
      'Nebo prostě nemají vybavení, které by jim pomohlo, uvedli lékaři.',
      'A někdy nemáme ani potřebný materiál, abychom jim pomohli, popsali lékaři.',
      31.22557079,
    ],
    [
      'Lapali po dechu, jejich životy skončily dřív, než skutečně začaly.',
      'Lapali po dechu a pak jejich život skončil - dřív, než skutečně mohl začít, připomněli.',
      57.15704367,
    ],
    ['a b c', 'abc', 100],
    ['aa', 'ab', 25],
    ['', 'reference', 0],
  ])('chrF2 of %j', (hypothesis, wanted, score) => {
    expect(Math.abs(sacreChrF2([hypothesis], [[wanted]]).score - score)).toBeLessThan(0.01);
  });
});

describe('intervals', () => {
  const { hypotheses, references } = recorded.resampled;

  test.each(['bleu', 'chrF2'] as const)("of %s agree with sacreBLEU's", (name) => {
    const want = recorded.resampled[name];
    const score = name === 'bleu' ? sacreBleu : sacreChrF2;
    const { interval, signature, score: got } = score(hypotheses, references, { bootstrap: {} });
    expect(got).toBeCloseTo(want.score, 9);
    expect(signature).toMatch(/^nrefs:1\|bs:1000\|seed:1\|case:mixed\|/);
    // Both are estimates from 1000 draws: 4 standard errors of the difference of two means, and of two
    // half widths, whose ends are 2.5% quantiles of normal density 0.058 a deviation.
    const deviation = want.halfWidth / 1.96;
    const ofEnd = (Math.sqrt((0.025 * 0.975) / 1000) / 0.058) * deviation;
    const [mean = 0, halfWidth = 0] = [interval?.mean, interval?.halfWidth];
    expect(Math.abs(mean - want.mean)).toBeLessThan(4 * deviation * Math.sqrt(2 / 1000));
    expect(Math.abs(halfWidth - want.halfWidth)).toBeLessThan(4 * ofEnd);
  });

  test('are the same for the same seed and number of draws, and need no more than is asked', () => {
    const interval = (options: object) => sacreBleu(hypotheses, references, options).interval;
    const bootstrap = { samples: 100, seed: 5 };
    expect(interval({ bootstrap })).toEqual(interval({ bootstrap }));
    expect(interval({ bootstrap })).not.toEqual(interval({ bootstrap: { samples: 100, seed: 6 } }));
    expect(interval({})).toBeUndefined();
  });
});

test('what does not fit is said', () => {
  expect(sacreBleu(['a', 'b'], [['a'], ['b', 'c']]).signature).toMatch(/^nrefs:var\|/);
  expect(() => sacreBleu([], [])).toThrow(InputError);
  expect(() => sacreChrF2(['a'], [[]])).toThrow('sentence 0 has no reference');
  const wrong: readonly object[] = [
    { tokenise: '13a' },
    { tokenisation: 'intl' },
    { smoothing: 'linear' },
    { smoothingValue: 1 },
    { smoothing: 'floor', smoothingValue: 0 },
    { bootstrap: { samples: 0 } },
    { bootstrap: { draws: 3 } },
  ];
  for (const options of wrong) {
    expect(() => sacreBleu(['a'], [['a']], options), JSON.stringify(options)).toThrow(OptionError);
  }
  const unknown: object = { smoothing: 'exp' };
  expect(() => sacreChrF2(['a'], [['a']], unknown)).toThrow(OptionError);
});
