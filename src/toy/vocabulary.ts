/**
 * All word types the grammar can produce, enumerated from the lexicon, not from samples.
 */
import { ordinals, postposed, preposed } from './adjectives';
import { times } from './calendar';
import { nouns, pastimes, people, placeNames } from './nouns';
import * as particles from './particles';
import { contract, elide, inflectParticiple } from './spelling';
import type { Adjective, Agreement, FrenchPerson, FrenchVerb, Verb } from './types';
import { avoir, etre, imperfectAvoir, imperfectEtre, verbs } from './verbs';

const englishFunctionWords = `
  a an the this these my his her our their every all many some several no which how
  he she i we it they him me us them who what that where there
  am is are was were be will do does did
  of 's to by as and ?`;

const frenchFunctionWords = `
  le la l' les un une des du au aux à de d' ce cet cette ces
  mon ma mes son sa ses notre nos leur leurs chaque tous toutes beaucoup quelques plusieurs
  aucun aucune quel quelle quels quelles combien
  je j' il elle nous ils elles me m' lui ne n' qui que qu' où y
  est-ce par aussi et chez en visite ?`;

const split = (text: string): string[] => text.trim().split(/\s+/);

const allParticles: readonly particles.Particle[] = [
  ...Object.values(particles.negations),
  ...particles.frequencies,
  ...Object.values(particles.prepositions),
  ...Object.values(particles.connectors),
  ...particles.states,
  ...Object.values(particles.interrogatives),
  ...Object.values(particles.degrees),
  ...particles.numerals,
];

const allAdjectives = [...preposed, ...postposed, ...ordinals];
const allTimes = Object.values(times).flat(2);

function englishVerb({ english, particle, passive }: Verb): string[] {
  const forms = [english.base, english.third, english.past];
  if (passive) forms.push(english.participle);
  return particle === undefined ? forms : [...forms, particle];
}

const everyPerson: readonly FrenchPerson[] = ['je', 'il', 'nous', 'ils'];

function finiteForms(verb: FrenchVerb, persons: readonly FrenchPerson[]): string[] {
  return persons.flatMap((person) => [verb.present[person], verb.future[person]]);
}

const agreements: readonly Agreement[] = [
  { person: 3, number: 'singular', gender: 'm' },
  { person: 3, number: 'singular', gender: 'f' },
  { person: 3, number: 'plural', gender: 'm' },
  { person: 3, number: 'plural', gender: 'f' },
];

/** The agreements that a verb's participle can have, given its possible subjects or objects. */
function participleAgreements({ auxiliary, frame, preposition, passive, objects }: Verb) {
  if (auxiliary === 'être') return agreements;
  const direct = (frame === 'transitive' && preposition === undefined) || frame === 'giving';
  if (!direct) return agreements.slice(0, 1);
  const countable = nouns.some((noun) => noun.countable && objects.includes(noun.kind));
  return passive && countable ? agreements : agreements.slice(0, 2);
}

/** All French forms of a verb that can occur. */
export function frenchVerb(verb: Verb): string[] {
  const { french, firstPerson } = verb;
  const participles = participleAgreements(verb).map((to) =>
    inflectParticiple(french.participle, to),
  );
  return [...finiteForms(french, firstPerson ? everyPerson : ['il', 'ils']), ...participles];
}

/** All French forms of an adjective. */
export function frenchAdjective({ french, beforeVowel, precedes }: Adjective): string[] {
  const forms = [...Object.values(french.m), ...Object.values(french.f)];
  return precedes ? [...forms, beforeVowel] : forms;
}

/** An ordinal is never in the plural. */
function frenchOrdinal({ french }: Adjective): string[] {
  return [french.m.singular, french.f.singular];
}

function sorted(words: Iterable<string>): readonly string[] {
  return [...new Set(words)].sort((a, b) => (a < b ? -1 : 1));
}

function sourceTypes(): readonly string[] {
  return sorted([
    ...split(englishFunctionWords),
    ...nouns.flatMap(({ english }) => Object.values(english)),
    ...[...people, ...placeNames].map(({ english }) => english),
    ...pastimes.flatMap(({ english }) => english),
    ...allAdjectives.map(({ lemma }) => lemma),
    ...verbs.flatMap(englishVerb),
    ...allParticles.flatMap(({ english }) => english),
    ...allTimes.flatMap(({ english }) => english.map(({ text }) => text)),
  ]);
}

/** The words of a fixed phrase as they come out of elision and contraction. */
function joined(words: readonly string[]): string[] {
  return words.flatMap((word, index) => {
    const next = words[index + 1];
    const previous = words[index - 1];
    const text = elide(word, next);
    if (previous !== undefined && contract(previous, text) !== undefined) return [];
    const merged = next === undefined ? undefined : contract(text, elide(next, words[index + 2]));
    return [merged ?? text];
  });
}

function targetTypes(): readonly string[] {
  return sorted([
    ...split(frenchFunctionWords),
    ...nouns.flatMap(({ french }) => Object.values(french)),
    ...[...people, ...placeNames].map(({ french }) => french),
    ...pastimes.flatMap(({ french }) => joined(french)),
    ...[...preposed, ...postposed].flatMap(frenchAdjective),
    ...ordinals.flatMap(frenchOrdinal),
    ...verbs.flatMap(frenchVerb),
    ...finiteForms(etre, everyPerson),
    ...finiteForms(avoir, everyPerson),
    ...Object.values(imperfectEtre),
    ...Object.values(imperfectAvoir),
    etre.participle,
    ...allParticles.flatMap(({ french }) => french),
    ...allTimes.flatMap(({ french }) => joined(french.map(({ text }) => text))),
  ]);
}

/** All word types of both languages, in code unit order. */
export function toyVocabulary(): { source: readonly string[]; target: readonly string[] } {
  return { source: sourceTypes(), target: targetTypes() };
}
