import { describe, expect, test } from 'vitest';
import { FormatError, InputError, OptionError } from '../../../src/core/errors';
import { buildVocabulary, Vocabulary, vocabularyOf } from '../../../src/text';

const words = (text: string): string[] => text.split(' ');
const sentences = [words('b a c'), words('a b d'), words('a')];

describe('buildVocabulary', () => {
  test('special tokens, then types by falling count, ties by first occurrence', () => {
    const vocabulary = buildVocabulary(sentences);
    expect(vocabulary.tokens).toEqual(words('<pad> <bos> <eos> <unk> a b c d'));
    expect(vocabulary).toMatchObject({ pad: 0, bos: 1, eos: 2, unk: 3, size: 8 });
  });

  test('maxSize counts special tokens, minCount drops rare types', () => {
    expect(buildVocabulary(sentences, { maxSize: 5 }).tokens.slice(4)).toEqual(['a']);
    expect(buildVocabulary(sentences, { minCount: 2 }).tokens.slice(4)).toEqual(['a', 'b']);
    expect(() => buildVocabulary(sentences, { maxSize: 3 })).toThrow(OptionError);
  });

  test('further special tokens follow unk, are encoded and are dropped by decode', () => {
    const vocabulary = buildVocabulary(sentences, { specials: ['<2fr>'] });
    expect(vocabulary.encode(['<2fr>', 'a'])).toEqual([4, 5]);
    expect(vocabulary.decode([4, 5])).toEqual(['a']);
  });

  test('no sentence gives the special tokens only', () => {
    expect(buildVocabulary([]).size).toBe(4);
  });

  test.each(['__proto__', 'constructor', 'toString'])('%s is a word like any other', (word) => {
    const vocabulary = buildVocabulary([[word]]);
    expect(vocabulary.decode(vocabulary.encode([word]))).toEqual([word]);
    expect(buildVocabulary([['a']]).id(word)).toBeUndefined();
    expect(Vocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary))).id(word)).toBe(4);
  });

  test('names of special tokens in text are unknown words', () => {
    const odd = buildVocabulary([['the', '<unk>', 'is', '<eos>', '<2fr>']], {
      specials: ['<2fr>'],
    });
    expect(odd.tokens.slice(4)).toEqual(['<2fr>', 'the', 'is']);
    const ids = odd.encode(['the', '<unk>', '<eos>', '<2fr>'], { unknown: 'unk' });
    expect(ids).toEqual([5, 3, 3, 4]);
  });

  test('rejects unknown options, and special tokens that are not distinct', () => {
    expect(() => buildVocabulary([], Object.assign({ minCount: 1 }, { min: 1 }))).toThrow(
      "unknown option 'min'",
    );
    expect(() => buildVocabulary([], { specials: ['<pad>'] })).toThrow('occurs twice');
  });
});

describe('Vocabulary', () => {
  const vocabulary = buildVocabulary(sentences);

  test('encode names the unknown word, or makes it unk', () => {
    expect(() => vocabulary.encode(['a', 'zebra'])).toThrow("'zebra' (token 2 of 2)");
    expect(vocabulary.encode(['a', 'zebra'], { unknown: 'unk' })).toEqual([4, 3]);
  });

  test('encode takes no special token from text', () => {
    expect(() => vocabulary.encode(['<eos>'])).toThrow(InputError);
    expect(vocabulary.encode(['<eos>'], { unknown: 'unk' })).toEqual([3]);
  });

  test('decode stops at eos and drops special tokens', () => {
    expect(vocabulary.decode([1, 4, 3, 0, 5, 2, 6, 999])).toEqual(['a', 'b']);
    expect(vocabulary.decode([4, 3], { keepUnknown: true })).toEqual(['a', '<unk>']);
  });

  test.each([-1, 8, 1.5, Number.NaN])('token(%s) is an InputError', (id) => {
    expect(() => vocabulary.token(id)).toThrow(InputError);
    expect(() => vocabulary.decode([id])).toThrow(InputError);
  });

  test('an imported list keeps its ids and may have no unk', () => {
    const special = { pad: '<blank>', bos: '<s>', eos: '</s>' };
    const imported = vocabularyOf(['x', '<blank>', '<s>', '</s>', 'y'], special);
    expect(imported).toMatchObject({ pad: 1, bos: 2, eos: 3, unk: undefined });
    expect(imported.decode(imported.encode(['x', 'y']))).toEqual(['x', 'y']);
    expect(() => imported.encode(['z'], { unknown: 'unk' })).toThrow('has no unk');
    expect(Vocabulary.fromJSON(imported.toJSON()).toJSON()).toEqual(imported.toJSON());
    expect(() => vocabularyOf(['x'])).toThrow("no '<pad>'");
    expect(() => vocabularyOf(['a', 'b'], { pad: 'a', bos: 'b', eos: 'a' })).toThrow(InputError);
  });

  test('JSON restores the vocabulary', () => {
    const original = buildVocabulary(sentences, { specials: ['<2fr>'] });
    const restored = Vocabulary.fromJSON(JSON.parse(JSON.stringify(original)));
    expect(restored.toJSON()).toEqual(original.toJSON());
    expect(restored.decode([4, 5])).toEqual(['a']);
  });

  const json = { ...vocabulary.toJSON() };
  test.each([
    ['null', null],
    ['a list', []],
    ['another format', { ...json, format: 'x' }],
    ['another version', { ...json, version: 2 }],
    ['a missing field', { format: json.format, version: 1, tokens: json.tokens }],
    ['an unknown field', { ...json, more: 1 }],
    ['a token twice', { ...json, tokens: [...json.tokens, 'a'] }],
    ['a token that is no string', { ...json, tokens: [...json.tokens, 7] }],
    ['an empty token', { ...json, tokens: [...json.tokens, ''] }],
    ['an id out of range', { ...json, eos: 99 }],
    ['an id that is no number', { ...json, eos: 'length' }],
    ['two roles with one id', { ...json, eos: 0 }],
    ['further that is no list', { ...json, further: {} }],
  ])('fromJSON rejects %s', (_, damaged) => {
    expect(() => Vocabulary.fromJSON(damaged)).toThrow(FormatError);
  });
});
