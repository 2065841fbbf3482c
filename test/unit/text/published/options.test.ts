/** Options of published tokenizers: languages, special tokens, and the maximum of tokens. */
import { marianTokenizer, marianTokenizerWith, mosesPunctuation, tokenizerJson } from 'qkv/text';
import { describe, expect, it } from 'vitest';
import { InputError, OptionError } from '../../../../src/core/errors';
import {
  PUBLISHED,
  publishedFiles,
  publishedTokenizer,
} from '../../../support/publishedTokenizers';

const text = 'A man is riding a bicycle.';
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** A tokenizer in tokenizer.json with other settings in tokenizer_config.json. */
function configured(name: string, settings: object) {
  const files = publishedFiles(name);
  const given = files.get('tokenizer_config.json');
  const config = given === undefined ? {} : JSON.parse(new TextDecoder().decode(given));
  files.set('tokenizer_config.json', encode({ ...config, ...settings }));
  return tokenizerJson.read(files);
}

describe.each(PUBLISHED)('%s', (name) => {
  const tokenizer = publishedTokenizer(name);
  const plain = tokenizer.encode(text, { special: false }).ids;
  const framed = tokenizer.encode(text).ids;

  it('adds special tokens round the same ids, or none', () => {
    const start = framed.findIndex((_, i) => plain.every((id, j) => framed[i + j] === id));
    expect(start).toBeGreaterThanOrEqual(0);
    const added = framed.length - plain.length;
    const specials = [...framed.slice(0, start), ...framed.slice(start + plain.length)];
    expect(specials.length).toBe(added);
    expect(tokenizer.decode(specials)).toBe('');
  });

  it('cuts the text, and never special tokens', () => {
    const added = framed.length - plain.length;
    for (const maxTokens of [added, added + 1, added + 3, 1000]) {
      const { ids } = tokenizer.encode(text, { maxTokens });
      expect(ids.length).toBe(Math.min(maxTokens, framed.length));
      expect(ids.filter((id) => plain.includes(id))).toEqual(
        plain.slice(0, maxTokens - added).filter((id) => plain.includes(id)),
      );
    }
    if (added > 0) {
      expect(() => tokenizer.encode(text, { maxTokens: added - 1 })).toThrow(OptionError);
    }
    expect(() => tokenizer.encode(text, { maxTokens: 4.5 })).toThrow(/maxTokens/u);
  });

  it('cuts the longer of two texts', () => {
    const room = { special: false, maxTokens: 8 };
    const short = 'a';
    const own = tokenizer.encode(short, { special: false }).ids;
    expect(plain.length).toBeGreaterThan(6);
    const first = tokenizer.encode(text, { ...room, pair: short }).ids;
    expect(first).toEqual([...plain.slice(0, 8 - own.length), ...own].slice(0, 8));
    const second = tokenizer.encode(short, { ...room, pair: text }).ids;
    expect(second).toEqual([...own, ...plain.slice(0, 8 - own.length)]);
    const both = tokenizer.encode(text, { ...room, pair: text }).ids;
    expect(both).toEqual([...plain.slice(0, 4), ...plain.slice(0, 4)].slice(0, both.length));
  });

  it('refuses unknown options and ids outside of the vocabulary', () => {
    // @ts-expect-error for callers without types
    expect(() => tokenizer.encode(text, { pairs: 'x' })).toThrow(/unknown option 'pairs'/u);
    for (const id of [-1, tokenizer.size, 1.5, Number.NaN]) {
      expect(() => tokenizer.decode([id])).toThrow(InputError);
      expect(() => tokenizer.token(id)).toThrow(InputError);
      expect(() => tokenizer.stream()(id)).toThrow(InputError);
    }
    expect(tokenizer.id('no such token')).toBeUndefined();
    expect(() => tokenizer.languageId('xx')).toThrow(OptionError);
  });

  it('encodes and decodes half of a pair of surrogates as U+FFFD', () => {
    expect(tokenizer.encode('a\ud83d b')).toEqual(tokenizer.encode('a\ufffd b'));
  });
});

describe('languages', () => {
  it('stand first, or last, or make Marian translate into them', () => {
    const mbart = publishedTokenizer('mbart50');
    expect(mbart.languages).toContain('fr_XX');
    expect(mbart.languages.length).toBe(52);
    const french = mbart.languageId('fr_XX');
    expect(mbart.token(french)).toBe('fr_XX');
    expect(mbart.encode('a', { language: 'fr_XX' }).ids[0]).toBe(french);
    const last = configured('mbart50', { tokenizer_class: 'MBartTokenizer' });
    expect(last.encode('a', { language: 'fr_XX' }).ids.slice(-2)).toEqual([
      last.special.eos,
      french,
    ]);
    const nllb = publishedTokenizer('nllb');
    expect(nllb.languages.length).toBe(202);
    const id = nllb.languageId('fra_Latn');
    expect(nllb.encode('a', { target: true, language: 'fra_Latn' }).ids[0]).toBe(id);
    const older = configured('nllb', { legacy_behaviour: true });
    expect(older.encode('a', { language: 'fra_Latn' }).ids.at(-1)).toBe(id);
    const m2m = publishedTokenizer('m2m100');
    expect(m2m.languages.length).toBe(100);
    expect(m2m.token(m2m.encode('a', { language: 'zu' }).ids[0]!)).toBe('__zu__');
    const marian = publishedTokenizer('marian-en-mul');
    expect(marian.encode('A man', { language: 'fra' })).toEqual(marian.encode('>>fra<< A man'));
    expect(() => marian.encode('A man', { language: 'xx' })).toThrow(/'xx'.*deu/u);
    expect(() => publishedTokenizer('bert').encode('a', { language: 'en' })).toThrow(
      /no tokens for languages/u,
    );
  });
});

describe('punctuation', () => {
  it.each([
    ['de', '"a," b."  c 1\u00a0000', '"a", b". c 1,000'],
    ['en', '"a", b 1\u00a0000', '"a," b 1.000'],
    ['cs', '"a", 1\u00a0000', '"a", 1,000'],
    ['en', '«\u00a0a\u00a0» 5\u00a0% ,\u00a0b\u00a0!', '"a" 5% , b!'],
  ])('is normalised by language: %s', (language, given, expected) => {
    expect(mosesPunctuation(given, language)).toBe(expected);
  });

  it('is that of the language which the tokenizer is for', () => {
    const seen: string[] = [];
    const format = marianTokenizerWith({
      normalise(given, language) {
        seen.push(language);
        return given;
      },
    });
    const tokenizer = format.read(publishedFiles('marian-en-de'));
    expect(tokenizer.encode(text)).toEqual(
      marianTokenizer.read(publishedFiles('marian-en-de')).encode(text),
    );
    tokenizer.encode(text, { target: true });
    expect(seen).toEqual(['en', 'de']);
  });
});

describe('spaces before punctuation', () => {
  it('are removed where the configuration says so, also in a stream', () => {
    const roberta = configured('roberta', { clean_up_tokenization_spaces: true });
    const { ids } = roberta.encode("I do n't know , he 's here . n ' t");
    const whole = roberta.decode(ids);
    expect(whole).toBe("I don't know, he's here.n't");
    const next = roberta.stream();
    expect([...ids.map((id) => next(id)), next()].join('')).toBe(whole);
  });
});
