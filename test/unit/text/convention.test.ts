/** Text conventions: what is split is split as in training, and joined as the language is written. */
import { describe, expect, it } from 'vitest';
import { type TextConvention, textRules } from '../../../src/text';

const words = (language: string, letters: 'lower' | 'cased' = 'cased'): TextConvention => ({
  ...{ language, case: letters, tokenised: true, unit: 'word' },
});
const raw = { case: 'cased', tokenised: false, unit: 'word' } as const;

describe('tokenised text', () => {
  it.each([
    ['en', "I don't know, Tom!", "I don't know , Tom !", "I don't know, Tom!"],
    ['de', 'Was kostet das, „gut“?', 'Was kostet das , " gut " ?', 'Was kostet das, "gut"?'],
    ['fr', "L'eau est là !", "L' eau est là !", "L'eau est là\u202F!"],
    ['fr-CA', "Qu'est-ce ?", "Qu' est-ce ?", "Qu'est-ce\u202F?"],
    ['it', "L'acqua è qui!", "L' acqua è qui !", "L'acqua è qui!"],
    ['es', '¿Qué? ¡Hola!', '¿ Qué ? ¡ Hola !', '¿Qué? ¡Hola!'],
  ])('of %s: %s', (language, text, tokens, joined) => {
    const { split, join } = textRules(words(language));
    expect(split(text)).toEqual(tokens.split(' '));
    expect(join(tokens.split(' '))).toBe(joined);
    expect(split(joined)).toEqual(tokens.split(' '));
  });

  it('is in lower case where the model is', () => {
    expect(textRules(words('de', 'lower')).split('Zwei Männer.')).toEqual(['zwei', 'männer', '.']);
  });

  it('has general rules without a language', () => {
    const { split, join } = textRules({ case: 'cased', tokenised: true, unit: 'word' });
    expect(join(split('Is it so?'))).toBe('Is it so?');
  });
});

describe('text as it is', () => {
  it('keeps case, signs and no-break spaces, and is joined again without loss', () => {
    const text = 'Va\u202F! Tom est ici.';
    const { split, join } = textRules(raw);
    expect(split(`  ${text}\n`)).toEqual(['Va\u202F!', 'Tom', 'est', 'ici.']);
    expect(join(split(text))).toBe(text);
    expect(split(' \t')).toEqual([]);
  });

  it('can be in lower case', () => {
    expect(textRules({ ...raw, case: 'lower' }).split('Va !')).toEqual(['va', '!']);
  });
});

describe('characters', () => {
  it('are those of the text, with its spaces', () => {
    const { split, join } = textRules({ ...raw, unit: 'character' });
    expect(split('a 🐱')).toEqual(['a', ' ', '🐱']);
    expect(join(['a', ' ', '🐱'])).toBe('a 🐱');
  });

  it('of tokenised text are those of its tokens, and are joined like these', () => {
    const { split, join } = textRules({ ...words('fr', 'lower'), unit: 'character' });
    expect(split("L'eau!").join('')).toBe("l' eau !");
    expect(join([..."l' eau !"])).toBe("l'eau\u202F!");
  });
});
