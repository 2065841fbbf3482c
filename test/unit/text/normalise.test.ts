import { describe, expect, test } from 'vitest';
import {
  detokenise,
  FRENCH_WHOLE_WORDS,
  type Language,
  normalise,
  readTabSeparated,
  tokenise,
} from '../../../src/text';
import { readTatoeba, withTatoeba } from './tatoeba';

describe('normalise', () => {
  test.each([
    ['Cafe\u0301', 'caf\u00E9'],
    ['“a” „b‟ ‘c’', '"a" "b" \'c\''],
    ['a\u00A0\u202F\u2009b \t\n c ', 'a b c'],
    ['soft\u00ADhyphen zero\u200Bwidth \uFEFF', 'softhyphen zerowidth'],
    ['non\u2011breaking 3\u22121', 'non-breaking 3-1'],
    ['wait—what', 'wait - what'],
    ['well…', 'well...'],
    ['« Oui »', '« oui »'],
  ])('%j becomes %j', (raw, expected) => {
    expect(normalise(raw)).toBe(expected);
  });

  test('letters keep their case on request', () => {
    expect(normalise('ÉTÉ', { lowerCase: false })).toBe('ÉTÉ');
  });
});

const cases: readonly (readonly [Language, string, string])[] = [
  ['en', "I don't know.", "i don't know ."],
  ['en', "Tom's is Mary’s!", "tom's is mary's !"],
  ['en', '"Look," she said.', '" look , " she said .'],
  ['en', "the dogs' 'home'", "the dogs ' ' home '"],
  ['en', "It's 8:30, not 3.5 or 1,000.", "it's 8:30 , not 3.5 or 1,000 ."],
  ['en', 'I owe $5 (99%).', 'i owe $ 5 ( 99 % ) .'],
  ['en', 'a well-known fact - yes', 'a well-known fact - yes'],
  ['en', 'Wait...', 'wait . . .'],
  ['en', 'nice 👩‍👧 👍🏽 🇫🇷☕️', 'nice 👩‍👧 👍🏽 🇫🇷 ☕️'],
  ['en', '', ''],
  ['fr', "J'ai vu l'eau qu'il n'a pas d'ici.", "j' ai vu l' eau qu' il n' a pas d' ici ."],
  ['fr', 'Aujourd’hui, où êtes-vous\u202F?', "aujourd' hui , où êtes-vous ?"],
  ['fr', "L'a-t-il dit ? Va-t'en !", "l' a-t-il dit ? va-t' en !"],
  ['fr', "« S'il te plaît »", "« s' il te plaît »"],
  ['fr', "j' ai d' «or»", "j' ai d' « or »"],
  ['fr', "le 'chat' noir", "le ' chat ' noir"],
];

describe('tokenise', () => {
  test.each(cases)('%s: %j', (language, raw, expected) => {
    const tokens = tokenise(raw, { language });
    expect(tokens.join(' ')).toBe(expected);
    expect(tokenise(tokens.join(' '), { language })).toEqual(tokens);
  });

  test('words to keep whole', () => {
    const options = { language: 'fr', keepWhole: FRENCH_WHOLE_WORDS } as const;
    const text = "Aujourd'hui, quelqu'un d'autre qu'une";
    expect(tokenise(text, options).join(' ')).toBe("aujourd'hui , quelqu'un d' autre qu' une");
    expect(tokenise('R&B', { language: 'en', keepWhole: ['r&b'] })).toEqual(['r&b']);
    expect(() => tokenise('a', { language: 'fr', keepWhole: [''] })).toThrow('empty word');
  });

  test('very long words are tokenised within the timeout', () => {
    const text = `${'a-'.repeat(50_000)}a ${'x'.repeat(100_000)} ${'1.'.repeat(50_000)}`;
    expect(tokenise(text, { language: 'fr' }).join('').length).toBeGreaterThan(250_000);
  });

  test('unknown options and languages throw', () => {
    const options = Object.assign({ language: 'en' } as const, { lower: true });
    expect(() => tokenise('a', options)).toThrow("unknown option 'lower'");
  });
});

describe('detokenise', () => {
  test.each([
    ['en', '" look , " she said .', '"Look," she said.'],
    ['en', 'i owe $ 5 ( 99 % ) . . .', 'I owe $5 (99%)...'],
    ['en', "' tis the dogs ' home", "'Tis the dogs' home"],
    ['fr', "j' ai dit : « non » !", "J'ai dit\u202F: «\u202Fnon\u202F»\u202F!"],
    ['fr', "aujourd' hui , à 8:30 .", "Aujourd'hui, à 8:30."],
    ['fr', '', ''],
  ] as const)('%s: %j', (language, tokens, expected) => {
    const list = tokens.split(' ').filter((token) => token !== '');
    expect(detokenise(list, { language, capitalise: true })).toBe(expected);
  });

  test.each(cases)('tokenising the text again gives the tokens: %s %j', (language, raw) => {
    const tokens = tokenise(raw, { language });
    expect(tokenise(detokenise(tokens, { language }), { language })).toEqual(tokens);
  });
});

const split = {
  source: (text: string) => tokenise(text, { language: 'en' }),
  target: (text: string) => tokenise(text, { language: 'fr' }),
};

withTatoeba({
  'raw sentences tokenise to all lines of train.tsv, dev.tsv and test.tsv': () => {
    const line = (pair: { source: readonly string[]; target: readonly string[] }): string =>
      `${pair.source.join(' ')}\t${pair.target.join(' ')}`;
    const raw = new Set(readTabSeparated(readTatoeba('all.tsv.gz'), split).map(line));
    for (const name of ['train.tsv', 'dev.tsv', 'test.tsv']) {
      const lines = readTabSeparated(readTatoeba(name)).map(line);
      expect(lines.filter((known) => !raw.has(known))).toEqual([]);
    }
  },
  'detokenised sentences of train.tsv tokenise to themselves': () => {
    for (const { source, target } of readTabSeparated(readTatoeba('train.tsv'))) {
      expect(split.source(detokenise(source, { language: 'en' }))).toEqual(source);
      expect(split.target(detokenise(target, { language: 'fr' }))).toEqual(target);
      expect(split.target(target.join(' '))).toEqual(target);
    }
  },
});
