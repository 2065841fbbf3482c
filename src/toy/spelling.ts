/**
 * Spelling rules of the two languages: regular inflection, a/an, French elision and contraction.
 * Irregular forms are not here: the lexicon lists them.
 */
import type { Agreement, FrenchPerson, Gender } from './types';

/** The regular English ending -s: nouns in the plural, verbs in the third person. */
export function englishS(base: string): string {
  if (/(s|x|ch|sh|o)$/.test(base)) return `${base}es`;
  if (/[^aeiou]y$/.test(base)) return `${base.slice(0, -1)}ies`;
  return `${base}s`;
}

/** The regular English past: opened, loved, carried. */
export function englishEd(base: string): string {
  if (base.endsWith('e')) return `${base}d`;
  if (/[^aeiou]y$/.test(base)) return `${base.slice(0, -1)}ied`;
  return `${base}ed`;
}

/** 'a' or 'an' before the word (the lexicon has no 'hour' or 'university'). */
export function englishArticle(next: string): string {
  return /^[aeiou]/.test(next) ? 'an' : 'a';
}

/** The regular French plural of a noun or adjective. */
export function frenchPlural(singular: string): string {
  if (/[sxz]$/.test(singular)) return singular;
  if (/eau$/.test(singular)) return `${singular}x`;
  if (/al$/.test(singular)) return `${singular.slice(0, -2)}aux`;
  return `${singular}s`;
}

/** The regular French feminine of an adjective. */
export function frenchFeminine(masculine: string): string {
  if (masculine.endsWith('e')) return masculine;
  if (masculine.endsWith('eux')) return `${masculine.slice(0, -1)}se`;
  if (masculine.endsWith('er')) return `${masculine.slice(0, -2)}ère`;
  return `${masculine}e`;
}

/** A French past participle in gender and number: vu, vue, vus, vues. */
export function inflectParticiple(participle: string, to: Agreement): string {
  const stem = to.gender === 'f' ? `${participle}e` : participle;
  return to.number === 'plural' && !stem.endsWith('s') ? `${stem}s` : stem;
}

/** The row of a French conjugation that agrees with the subject. */
export function frenchPerson(subject: Agreement): FrenchPerson {
  if (subject.person === 1) return subject.number === 'singular' ? 'je' : 'nous';
  return subject.number === 'singular' ? 'il' : 'ils';
}

const aspirated: readonly string[] = ['hibou', 'hiboux', 'huit', 'huitième', 'onze'];

/** True when a French word starts with a vowel sound, so that the word before it elides. */
export function startsWithVowel(word: string): boolean {
  return (/^[aeiouéèêàâîôœh]/.test(word) || word === 'y') && !aspirated.includes(word);
}

const elided: ReadonlyMap<string, string> = new Map([
  ['le', "l'"],
  ['la', "l'"],
  ['de', "d'"],
  ['ne', "n'"],
  ['je', "j'"],
  ['me', "m'"],
  ['que', "qu'"],
]);

/** The French word as it stands before `next`: 'le' is "l'" before 'homme'. */
export function elide(word: string, next: string | undefined): string {
  if (next === undefined || !startsWithVowel(next)) return word;
  return elided.get(word) ?? word;
}

const contracted: ReadonlyMap<string, string> = new Map([
  ['de le', 'du'],
  ['de les', 'des'],
  ['à le', 'au'],
  ['à les', 'aux'],
]);

/** The one word two French words contract to (de + le is du), or undefined. */
export function contract(word: string, next: string): string | undefined {
  return contracted.get(`${word} ${next}`);
}

/** The French demonstrative, possessive or article for a gender: le or la. */
export function byGender<T>(gender: Gender, masculine: T, feminine: T): T {
  return gender === 'f' ? feminine : masculine;
}
