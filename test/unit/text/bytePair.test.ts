import { describe, expect, test } from 'vitest';
import { FormatError, InputError, OptionError } from '../../../src/core/errors';
import { random } from '../../../src/core/random';
import { BytePair } from '../../../src/text';
import { splitChunks } from '../../../src/text/bytePairTraining';
import { readTatoeba, withTatoeba } from './tatoeba';

const byte = (letter: string): number => letter.charCodeAt(0) + 4;
const repeat = (word: string, times: number): string[] => new Array<string>(times).fill(word);
// The example of Sennrich et al. 2016, section 3.2.
const sennrich = [
  ...repeat('low', 5),
  ...repeat('lower', 2),
  ...repeat('newest', 6),
  ...repeat('widest', 3),
].join(' ');

/** Counts all pairs anew for each merge. */
function naiveMerges(text: string, merges: number, minCount: number): number[][] {
  let words = splitChunks(text).map((chunk) =>
    [...new TextEncoder().encode(chunk)].map((b) => b + 4),
  );
  const learned: number[][] = [];
  for (let id = 260; id < 260 + merges; id++) {
    const counts = new Map<string, { pair: number[]; count: number }>();
    for (const word of words) {
      for (let i = 1; i < word.length; i++) {
        const pair = [word[i - 1] ?? 0, word[i] ?? 0];
        counts.set(`${pair}`, { pair, count: (counts.get(`${pair}`)?.count ?? 0) + 1 });
      }
    }
    const order = ([a = 0, b = 0]: readonly number[]): number => a * 1e6 + b;
    const [best] = [...counts.values()].sort(
      (a, b) => b.count - a.count || order(a.pair) - order(b.pair),
    );
    if (best === undefined || best.count < minCount) break;
    learned.push(best.pair);
    words = words.map((word) => {
      const next: number[] = [];
      for (let i = 0; i < word.length; i++) {
        const both = word[i] === best.pair[0] && word[i + 1] === best.pair[1];
        next.push(both ? id : (word[i] ?? 0));
        if (both) i++;
      }
      return next;
    });
  }
  return learned;
}

describe('BytePair', () => {
  test("learns the paper's first merges: es, est, lo, low", () => {
    expect(BytePair.train(sennrich, { vocabularySize: 264 }).merges).toEqual([
      [byte('e'), byte('s')],
      [260, byte('t')],
      [byte('l'), byte('o')],
      [262, byte('w')],
    ]);
  });

  test.each([1, 2, 3])('merges equal those of full recounting on random text (seed %i)', (seed) => {
    const numbers = random(seed);
    const letter = () => ['a', 'a', 'a', 'b', 'c', 'é', ' ', ' '][numbers.below(8)] ?? '';
    const text = Array.from({ length: 600 }, letter).join('');
    const trained = BytePair.train(text, { vocabularySize: 360, minCount: 2 });
    expect(trained.merges).toEqual(naiveMerges(text, 100, 2));
  });

  test('merges are applied in the order learned', () => {
    const bytePair = BytePair.train(sennrich, { vocabularySize: 264 });
    expect(bytePair.encode('lowest')).toEqual([263, 261]);
    expect(bytePair.encode('')).toEqual([]);
  });

  const bytePair = BytePair.train(`${sennrich} été déjà l'été`, {
    vocabularySize: 300,
    minCount: 1,
  });
  test.each([
    '',
    ' ',
    'plain words, never seen: Quokka!',
    '  two  spaces \t tabs \r\n\r\n lines \n',
    'déjà vu, où ça ? « l’été » œuf ﬁ',
    '漢字かな交じり文 العربية हिन्दी',
    '👩‍👩‍👧‍👦 🇫🇷 👍🏽 ☕️ 𝒳',
    '\uFEFFbyte-order mark\uFEFF',
    'nul \0 and U+FFFD \uFFFD',
    'a'.repeat(1000) + ' '.repeat(1000) + '!'.repeat(1000) + '7'.repeat(1000),
  ])('decode(encode(text)) is text: %j', (text) => {
    expect(bytePair.decode(bytePair.encode(text))).toBe(text);
  });

  test('random code points survive', () => {
    const numbers = random(5);
    for (let round = 0; round < 200; round++) {
      const points = Array.from({ length: 20 }, () => {
        const limit = [0x80, 0x800, 0xd800, 0x110000][numbers.below(4)] ?? 0;
        const point = numbers.below(limit);
        return point >= 0xd800 && point < 0xe000 ? 0x20 : point;
      });
      const text = String.fromCodePoint(...points);
      expect(bytePair.decode(bytePair.encode(text))).toBe(text);
    }
  });

  test('a lone surrogate is an InputError', () => {
    expect(() => bytePair.encode('ok \uD83D')).toThrow(InputError);
    expect(() => BytePair.train('\uDC00', { vocabularySize: 300 })).toThrow(InputError);
  });

  test('decode stops at eos, drops special ids, mends broken UTF-8, rejects other ids', () => {
    const a = byte('a');
    expect(bytePair.decode([1, a, 0, 3, a, 2, 99_999])).toBe('aa');
    expect(bytePair.decode([4 + 0xc3, a])).toBe('\uFFFDa');
    expect(() => bytePair.decode([bytePair.size])).toThrow(InputError);
    expect(() => bytePair.decode([-1])).toThrow(InputError);
  });

  test('training ends early when no pair is frequent enough', () => {
    expect(BytePair.train('abc', { vocabularySize: 1000 }).size).toBe(260);
    expect(BytePair.train('', { vocabularySize: 1000 }).size).toBe(260);
    expect(() => BytePair.train('abc', { vocabularySize: 259 })).toThrow(OptionError);
  });

  test('JSON restores the merges', () => {
    const restored = BytePair.fromJSON(JSON.parse(JSON.stringify(bytePair)));
    expect(restored.encode('lowest été')).toEqual(bytePair.encode('lowest été'));
    expect(restored.size).toBe(bytePair.size);
  });

  test.each([
    ['no object', 'x'],
    ['merges that are no list', { ...bytePair.toJSON(), merges: {} }],
    ['a merge of three', { ...bytePair.toJSON(), merges: [[4, 5, 6]] }],
    ['a merge of itself', { ...bytePair.toJSON(), merges: [[4, 260]] }],
    ['a special id', { ...bytePair.toJSON(), merges: [[3, 5]] }],
    [
      'merges that double beyond any word',
      { ...bytePair.toJSON(), merges: Array.from({ length: 60 }, (_, i) => [259 + i, 259 + i]) },
    ],
    ['a fraction', { ...bytePair.toJSON(), merges: [[4.5, 5]] }],
    [
      'a merge twice',
      {
        ...bytePair.toJSON(),
        merges: [
          [4, 5],
          [4, 5],
        ],
      },
    ],
  ])('fromJSON rejects %s', (_, damaged) => {
    expect(() => BytePair.fromJSON(damaged)).toThrow(FormatError);
  });
});

withTatoeba({
  'a megabyte of real text is trained on, within the timeout, and survives the round trip': () => {
    const text = readTatoeba('all.tsv.gz').slice(0, 1_000_000);
    const trained = BytePair.train(text, { vocabularySize: 4000 });
    const ids = trained.encode(text);
    expect(trained.decode(ids)).toBe(text);
    expect(ids.length).toBeLessThan(text.length / 2);
  },
});
