/**
 * The senses of English words: the lexicon entries with a form, each with its French forms, so that
 * the French words aligned with an occurrence determine its sense.
 */
import { ordinals, postposed, preposed } from './adjectives';
import { nouns } from './nouns';
import { states } from './particles';
import { verbs } from './verbs';
import { frenchAdjective, frenchVerb } from './vocabulary';

/** One of several meanings of a word. */
export interface Sense {
  /** The French base form of a noun or adjective, or the form of a verb after 'il'. */
  readonly name: string;
  /** All its French forms. */
  readonly french: ReadonlySet<string>;
}

interface Entry {
  readonly name: string;
  readonly english: readonly string[];
  readonly french: readonly string[];
}

const entries: readonly Entry[] = [
  ...nouns.map(({ english, french }) => ({
    name: french.singular,
    english: Object.values(english),
    french: Object.values(french),
  })),
  ...[...preposed, ...postposed, ...ordinals].map((adjective) => ({
    name: adjective.french.m.singular,
    english: [adjective.lemma],
    french: frenchAdjective(adjective),
  })),
  ...verbs.map((verb) => ({
    name: verb.french.present.il,
    english: Object.values(verb.english),
    french: frenchVerb(verb),
  })),
  ...states.map(({ english, french }) => ({ name: french.join(' '), english, french })),
];

/** The senses of every English form of nouns, adjectives, verbs and states. */
export function toySenses(): ReadonlyMap<string, readonly Sense[]> {
  const senses = new Map<string, Sense[]>();
  for (const { name, english, french } of entries) {
    for (const form of new Set(english)) {
      const own = senses.get(form) ?? [];
      senses.set(form, [...own, { name, french: new Set(french) }]);
    }
  }
  return senses;
}

/**
 * The sense of a word, from the French words aligned with it.
 * @returns undefined if no sense or more than one fits
 */
export function senseOf(senses: readonly Sense[], aligned: readonly string[]): Sense | undefined {
  const fitting = senses.filter(({ french }) => aligned.some((word) => french.has(word)));
  return fitting.length === 1 ? fitting[0] : undefined;
}
