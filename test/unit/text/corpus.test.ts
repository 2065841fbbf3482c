import { describe, expect, test } from 'vitest';
import { FormatError, InputError, OptionError } from '../../../src/core/errors';
import {
  filterByLength,
  groupReferences,
  type Pair,
  readLineAligned,
  readLines,
  readTabSeparated,
  splitCorpus,
  textRules,
} from '../../../src/text';
import { readTatoeba, withTatoeba } from './tatoeba';

const pair = (source: string, target: string): Pair => ({
  source: source.split(' '),
  target: target.split(' '),
});

const raw = { case: 'cased', tokenised: false, unit: 'word' } as const;

describe('readLines', () => {
  test('reads a sentence a line, and leaves empty lines out', () => {
    const text = '\uFEFFgo on\r\n\r\n  é a \n';
    expect(readLines(text)).toEqual([
      ['go', 'on'],
      ['é', 'a'],
    ]);
    const { split, join } = textRules({ ...raw, unit: 'character' });
    expect(readLines(text, split)).toEqual([
      ['g', 'o', ' ', 'o', 'n'],
      ['é', ' ', 'a'],
    ]);
    expect(readLines(text, split).map(join)).toEqual(['go on', 'é a']);
    expect(readLines(text).map(textRules(raw).join)).toEqual(['go on', 'é a']);
  });

  test('names the line that is no text', () => {
    expect(() => readLines('a\n\nb\uFFFD')).toThrow(/line 3: not valid UTF-8/);
  });
});

describe('readTabSeparated', () => {
  test('reads two columns and ignores further ones, BOM, CRLF and the last line feed', () => {
    expect(readTabSeparated('\uFEFFGo on .\tVa !\tCC-BY\r\nHi\tSalut\n')).toEqual([
      pair('Go on .', 'Va !'),
      pair('Hi', 'Salut'),
    ]);
    expect(readTabSeparated('')).toEqual([]);
  });

  test('columns and splitters can be chosen', () => {
    const options = { sourceColumn: 2, targetColumn: 0, source: (text: string) => [...text] };
    expect(readTabSeparated('x y\t-\tab', options)).toEqual([pair('a b', 'x y')]);
  });

  test.each([
    ['one column', 'a\tb\nlonely\n', 'line 2: expected 2 tab-separated columns, found 1: "lonely"'],
    ['a blank line', 'a\tb\n\nc\td\n', 'line 2'],
    ['an empty target', 'a\tb\nc\t \n', 'line 2, target: the sentence is empty'],
    ['broken UTF-8', 'a\tb\nc\t\uFFFDt\uFFFD\n', 'line 2, target: not valid UTF-8'],
  ])('%s is a FormatError with the line', (_, text, message) => {
    expect(() => readTabSeparated(text)).toThrow(FormatError);
    expect(() => readTabSeparated(text)).toThrow(message);
  });

  test('unknown options throw', () => {
    expect(() => readTabSeparated('', Object.assign({ sourceColumn: 0 }, { column: 1 }))).toThrow(
      OptionError,
    );
  });
});

describe('readLineAligned', () => {
  test('pairs lines', () => {
    expect(readLineAligned('a b\nc\n', 'x\ny z')).toEqual([pair('a b', 'x'), pair('c', 'y z')]);
  });

  test('texts of different length and empty sentences are FormatErrors with the line', () => {
    expect(() => readLineAligned('a\nb\nc', 'x\ny')).toThrow('line 3: the target text ends');
    expect(() => readLineAligned('a', 'x\ny')).toThrow('line 2: the source text ends');
    expect(() => readLineAligned('a\n\nc', 'x\ny\nz')).toThrow('line 2, source');
  });
});

describe('corpora', () => {
  const pairs = [pair('a', 'x'), pair('b c', 'y'), pair('a', 'z z'), pair('bc', 'y')];

  test('lines with the same source are references of one sentence', () => {
    expect(groupReferences(pairs)).toEqual([
      { source: ['a'], references: [['x'], ['z', 'z']] },
      { source: ['b', 'c'], references: [['y']] },
      { source: ['bc'], references: [['y']] },
    ]);
  });

  test('the length filter is inclusive on both sides', () => {
    expect(filterByLength(pairs, { maxSource: 1, maxTarget: 1 })).toEqual([pairs[0], pairs[3]]);
    expect(filterByLength(pairs, { minLength: 2 })).toEqual([]);
    expect(() => filterByLength(pairs, { maxSource: 0 })).toThrow(OptionError);
  });

  const many = Array.from({ length: 100 }, (_, i) => pair(`s${i % 40}`, `t${i}`));
  test('splits share no source, lose nothing, keep the order and follow the seed', () => {
    const split = splitCorpus(many, { seed: 7, dev: 5, test: 6 });
    const sources = (part: readonly Pair[]) => new Set(part.map((p) => p.source.join(' ')));
    const [train, dev, held] = [sources(split.train), sources(split.dev), sources(split.test)];
    expect([train.size, dev.size, held.size]).toEqual([29, 5, 6]);
    expect(new Set([...train, ...dev, ...held]).size).toBe(40);
    expect(split.train.length + split.dev.length + split.test.length).toBe(100);
    expect(split.dev).toEqual(many.filter((p) => dev.has(p.source.join(' '))));
    expect(splitCorpus(many, { seed: 7, dev: 5, test: 6 })).toEqual(split);
    expect(splitCorpus(many, { seed: 8, dev: 5, test: 6 })).not.toEqual(split);
  });

  test('a split that leaves no training sentence is an InputError', () => {
    expect(() => splitCorpus(many, { seed: 1, dev: 20, test: 20 })).toThrow(InputError);
  });
});

withTatoeba({
  'dev.tsv and test.tsv have the documented sentences and references': () => {
    for (const [name, sentences, references] of [
      ['dev.tsv', 577, 823],
      ['test.tsv', 555, 809],
    ] as const) {
      const groups = groupReferences(readTabSeparated(readTatoeba(name)));
      expect(groups.length).toBe(sentences);
      expect(groups.reduce((sum, group) => sum + group.references.length, 0)).toBe(references);
    }
  },
});
