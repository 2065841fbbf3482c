/**
 * Properties of the generated toy corpus as a whole: size, splits, hold-out, structure.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { typedText } from '../../../src/tasks/typedText';
import { buildVocabulary } from '../../../src/text';
import { type ToyPair, type ToySplit, toyPairs, toyVocabulary } from '../../../src/toy';
import { isHeldOut } from '../../../src/toy/chooser';
import { combinationsOf } from '../../../src/toy/combinations';
import { type ToyExample, toyExamples } from '../../../src/toy/split';
import type { Sentence } from '../../../src/toy/tree';
import { inFull } from '../../support/sample';
import { act, back, clause, join, np, passive, quality, relative, say } from './toyTrees';

const trainCount = 50_000;
const english = ({ source }: ToyPair) => source.join(' ');
const french = ({ target }: ToyPair) => target.join(' ');

function takeExamples(seed: number, split: ToySplit, count: number): ToyExample[] {
  const examples: ToyExample[] = [];
  for (const example of toyExamples(seed, split)) {
    examples.push(example);
    if (examples.length === count) break;
  }
  return examples;
}

const combinationKeys = (examples: readonly ToyExample[]): string[] =>
  examples.flatMap(({ sentence }) => combinationsOf(sentence).map((pair) => pair.join(' + ')));

let train: readonly ToyPair[] = [];
let dev: readonly ToyPair[] = [];
let test: readonly ToyPair[] = [];
let all: readonly ToyPair[] = [];

beforeAll(() => {
  train = toyPairs({ seed: 1, split: 'train', count: trainCount });
  dev = toyPairs({ seed: 1, split: 'dev', count: 5000 });
  test = toyPairs({ seed: 1, split: 'test', count: 5000 });
  all = [...train, ...dev, ...test];
});

describe('toy sentences', () => {
  it('split into their words as models read them', () => {
    const tokenised = { case: 'lower', tokenised: true, unit: 'word' } as const;
    const words = toyVocabulary();
    const en = typedText({ ...tokenised, language: 'en' }, buildVocabulary([words.source]));
    const fr = typedText({ ...tokenised, language: 'fr' }, buildVocabulary([words.target]));
    for (const { source, target } of [...dev, ...test]) {
      expect(en.split(source.join(' '))).toEqual(source);
      expect(en.split(source.join(' ').replaceAll(" 's", "'s"))).toEqual(source);
      expect(fr.split(target.join(' '))).toEqual(target);
    }
  });
});

describe('toy vocabulary', () => {
  const { source, target } = toyVocabulary();

  it('has at least 400 English and 500 French types, sorted and distinct', () => {
    expect(source.length).toBeGreaterThanOrEqual(400);
    expect(target.length).toBeGreaterThanOrEqual(500);
    for (const words of [source, target]) {
      expect([...new Set(words)].sort((a, b) => (a < b ? -1 : 1))).toEqual(words);
    }
  });

  it('is exactly the set of words met, each at least 15 times in 50,000 sentences', () => {
    const count = (sentences: readonly (readonly string[])[]) => {
      const counts = new Map<string, number>();
      for (const sentence of sentences) {
        for (const token of sentence) counts.set(token, (counts.get(token) ?? 0) + 1);
      }
      return counts;
    };
    for (const [words, tokens] of [
      [source, train.map((pair) => pair.source)],
      [target, train.map((pair) => pair.target)],
    ] as const) {
      const counts = count(tokens);
      expect([...counts.keys()].filter((word) => !words.includes(word))).toEqual([]);
      expect(words.filter((word) => (counts.get(word) ?? 0) < 15)).toEqual([]);
    }
  });
});

describe('toyPairs', () => {
  it('gives the same pairs for the same seed, and other pairs for another', () => {
    const again = toyPairs({ seed: 1, split: 'train', count: 300 });
    expect(again).toEqual(train.slice(0, 300));
    const other = toyPairs({ seed: 2, split: 'train', count: 300 });
    expect(other.map(english)).not.toEqual(again.map(english));
  });

  it('starts a longer list with the shorter one', () => {
    expect(toyPairs({ seed: 1, split: 'test', count: 40 })).toEqual(test.slice(0, 40));
  });

  it('rejects a seed or a count that is not a whole number, and gives none for 0', () => {
    expect(() => toyPairs({ seed: 0.5, split: 'train', count: 1 })).toThrow(/seed/);
    expect(() => toyPairs({ seed: 1, split: 'train', count: -1 })).toThrow(/count/);
    expect(toyPairs({ seed: 1, split: 'train', count: 0 })).toEqual([]);
  });

  it('repeats no English sentence', () => {
    expect(new Set(train.map(english)).size).toBe(trainCount);
  });

  it('renders each English sentence in one French way, over two draws of training', () => {
    const rendering = new Map<string, string>();
    const count = inFull(trainCount, 20_000);
    const more = toyPairs({ seed: 7, split: 'train', count });
    const conflicts: string[] = [];
    for (const pair of [...all, ...more]) {
      const known = rendering.get(english(pair));
      if (known !== undefined && known !== french(pair)) conflicts.push(english(pair));
      rendering.set(english(pair), french(pair));
    }
    expect(conflicts).toEqual([]);
    // Lincoln-Petersen: two draws of n share n * n / population; unequal odds make it an
    // underestimate, since likelier (short) sentences are shared more often.
    const first = new Set(train.map(english));
    const shared = more.filter((pair) => first.has(english(pair))).length;
    expect((trainCount * count) / Math.max(1, shared)).toBeGreaterThan(1_000_000);
  });

  it('has sentences of 3 to 20 tokens, over a quarter of the English ones above 12', () => {
    const lengths = all.flatMap(({ source, target }) => [source.length, target.length]);
    expect(lengths.filter((length) => length < 3 || length > 20)).toEqual([]);
    for (const pairs of [train, dev, test]) {
      const long = pairs.filter(({ source }) => source.length > 12).length;
      expect(long / pairs.length).toBeGreaterThan(0.25);
    }
  });
});

describe('toy splits', () => {
  it('share no English sentence, whatever the seeds', () => {
    const seen = new Map<string, ToySplit>();
    const crossing: string[] = [];
    for (const seed of [1, 2]) {
      for (const split of ['train', 'dev', 'test'] as const) {
        for (const pair of toyPairs({ seed, split, count: inFull(3000, 1000) })) {
          if ((seen.get(english(pair)) ?? split) !== split) crossing.push(english(pair));
          seen.set(english(pair), split);
        }
      }
    }
    expect(crossing).toEqual([]);
  });

  it('keep a tenth of the verb-object and adjective-noun pairs out of training only', () => {
    const training = takeExamples(1, 'train', 8000);
    const trained = new Set(combinationKeys(training));
    const isHeld = (key: string) => {
      const [first = '', second = ''] = key.split(' + ');
      return isHeldOut(first, second);
    };
    expect([...trained].filter(isHeld)).toEqual([]);
    const tested = combinationKeys(takeExamples(1, 'test', 5000));
    const types = new Set(tested);
    const heldTypes = [...types].filter(isHeld).length / types.size;
    const heldTokens = tested.filter(isHeld).length / tested.length;
    expect(heldTypes).toBeGreaterThanOrEqual(0.1);
    expect(heldTypes).toBeLessThan(0.14);
    expect(heldTokens).toBeGreaterThanOrEqual(0.1);
    expect(heldTokens).toBeLessThan(0.14);
  });

  it('count passive subjects, predicates, relative clauses and antecedents as combinations', () => {
    const bread = np('the bread');
    const keys = (sentence: Sentence) => combinationsOf(sentence).map((pair) => pair.join(' + '));
    expect(keys(say(bread, passive('eat', np('the small boy'))))).toEqual([
      'eat + bread',
      'small + boy',
    ]);
    expect(
      keys(join(clause(bread, quality('cold')), 'but', clause(back(bread), quality('good')))),
    ).toEqual(['cold + bread', 'good + bread']);
    const bought = relative(np('the black hat'), 'object', (gap) =>
      clause(np('the king'), act('buy', gap)),
    );
    expect(keys(say(np('the king'), act('wear', bought)))).toEqual([
      'wear + hat',
      'buy + hat',
      'black + hat',
    ]);
  });
});

/** Words that carry no content of their own, so that they may be unaligned. */
const functional = new Set(
  `the a an do does of on 's to there le la l' les un une des du de d' que qu' est-ce à au aux`.split(
    ' ',
  ),
);

describe('toy structure', () => {
  it('aligns valid positions, in order and without repetition', () => {
    const broken = all.filter(({ source, target, alignment }) => {
      const sorted = alignment.every(([i, j], n) => {
        const [previousI, previousJ] = alignment[n - 1] ?? [-1, -1];
        return i > previousI || (i === previousI && j > previousJ);
      });
      const valid = alignment.every(([i, j]) => i < source.length && j >= 0 && j < target.length);
      return !sorted || !valid;
    });
    expect(broken.map(english)).toEqual([]);
  });

  it('aligns every content word', () => {
    const unaligned = new Set<string>();
    for (const { source, target, alignment } of all) {
      const [left, right] = [new Set<number>(), new Set<number>()];
      for (const [i, j] of alignment) {
        left.add(i);
        right.add(j);
      }
      for (const [i, text] of source.entries()) if (!left.has(i)) unaligned.add(text);
      for (const [j, text] of target.entries()) if (!right.has(j)) unaligned.add(text);
    }
    expect([...unaligned].filter((text) => !functional.has(text))).toEqual([]);
  });

  it('has one root and no cycle among the heads of either language', () => {
    const broken: string[] = [];
    for (const pair of all) {
      if (!isTree(pair.sourceHeads, pair.source.length)) broken.push(english(pair));
      if (!isTree(pair.targetHeads, pair.target.length)) broken.push(french(pair));
    }
    expect(broken).toEqual([]);
  });
});

function isTree(heads: readonly number[], length: number): boolean {
  if (heads.length !== length || heads.filter((head) => head === -1).length !== 1) return false;
  return heads.every((_, start) => {
    let node = start;
    for (let steps = 0; steps <= length; steps++) {
      if (node === -1) return true;
      node = heads[node] ?? Number.NaN;
    }
    return false;
  });
}
