/** What files hold: the command line's options, how files are read, and what a model stores of it. */
import { expect, it } from 'vitest';
import {
  checkNoForm,
  fileSplit,
  formOf,
  storedConvention,
  textForm,
} from '../../../tools/lib/textForms';

const none = { tokenise: false, lowercase: false, cased: false };
const TEXT = "Tom's L'eau, là !";

it('is what the options say, with the right default for each form', () => {
  expect(textForm(none, 'raw')).toEqual({ form: 'raw', lowerCase: false, languages: [] });
  const tokens = { form: 'tokens', lowerCase: false, languages: ['en', 'fr'] };
  expect(textForm(none, 'tokens')).toEqual(tokens);
  expect(textForm({ ...none, tokenise: true }, 'raw')).toMatchObject({
    ...{ form: 'tokenise', lowerCase: true },
  });
  expect(textForm({ ...none, tokenise: true, cased: true }, 'raw').lowerCase).toBe(false);
  expect(textForm({ ...none, text: 'raw', lowercase: true }, 'tokens').lowerCase).toBe(true);
});

it.each([
  [{ ...none, text: 'raw', tokenise: true }, '--tokenise is short for --text tokenise'],
  [{ ...none, cased: true, lowercase: true }, '--lowercase and --cased exclude each other'],
])('refuses %j', (options, message) => {
  expect(() => textForm(options, 'raw')).toThrow(message);
});

it('is of files alone', () => {
  expect(() => checkNoForm(none)).not.toThrow();
  expect(() => checkNoForm({ ...none, lowercase: true })).toThrow('--lowercase is for files');
});

it('splits files as they are, and typed text as the files were split', () => {
  const split = (form: Parameters<typeof fileSplit>[0]) => fileSplit(form, 'target')(TEXT);
  const languages = ['en', 'fr'];
  const lower = { lowerCase: true, languages };
  expect(split({ form: 'tokens', ...lower })).toEqual(["tom's", "l'eau,", 'là', '!']);
  expect(split({ form: 'tokenise', ...lower })).toEqual(["tom'", 's', "l'", 'eau', ',', 'là', '!']);
  expect(split({ form: 'raw', lowerCase: false, languages })).toEqual(TEXT.split(' '));
  const tokens = { form: 'tokens', lowerCase: false, languages } as const;
  expect(storedConvention(tokens, 'source', [['Tom', 'is']])).toEqual({
    ...{ language: 'en', case: 'cased', tokenised: true, unit: 'word' },
  });
});

it('is of lower case for a model that has seen no capital letter', () => {
  const form = textForm(none, 'raw');
  expect(storedConvention(form, 'source', [['tom', 'é!']]).case).toBe('lower');
  expect(storedConvention(form, 'source', [['tom'], ['Tom']]).case).toBe('cased');
});

it('of older recipes is what they meant', () => {
  expect(formOf({ tokenise: true }, 'tokens')).toMatchObject({ form: 'tokenise', lowerCase: true });
  expect(formOf({ tokenise: false }, 'raw')).toMatchObject({ form: 'raw', lowerCase: false });
  expect(formOf({}, 'tokens')).toMatchObject({ form: 'tokens', languages: ['en', 'fr'] });
});
