/**
 * The verb-object and adjective-noun pairs of a sentence: what the hold-out is about.
 * Passive subjects count as objects; 'it' and 'they' count as what they stand for.
 */
import { partsOf } from './parts';
import type { Clause, Nominal, NounPhrase, Sentence } from './tree';

/** Two lemmas: verb and object, or adjective and noun. */
export type Combination = readonly [string, string];

/** Lemmas of the nouns and places a nominal refers to; a pastime has no other verb than 'play'. */
function lemmasOf(nominal: Nominal | undefined): readonly string[] {
  switch (nominal?.kind) {
    case 'noun':
      return [nominal.entry.lemma];
    case 'name':
      return nominal.entry.kind === 'person' ? [] : [nominal.entry.english];
    case 'pair':
      return [...lemmasOf(nominal.first), ...lemmasOf(nominal.second)];
    case 'pronoun':
    case 'gap':
      return lemmasOf(nominal.antecedent);
    default:
      return [];
  }
}

function crossed(lemma: string, nominal: Nominal | undefined): Combination[] {
  return lemmasOf(nominal).map((noun) => [lemma, noun]);
}

function ofClause({ predicate, subject }: Clause): Combination[] {
  switch (predicate.kind) {
    case 'action':
      return crossed(predicate.verb.lemma, predicate.object);
    case 'passive':
      return crossed(predicate.verb.lemma, subject);
    case 'quality':
      return crossed(predicate.adjective.entry.lemma, subject);
    case 'location':
    case 'existence':
    case 'state':
      return [];
  }
}

function ofNounPhrase(phrase: NounPhrase): Combination[] {
  return phrase.adjectives.flatMap(({ entry }) => crossed(entry.lemma, phrase));
}

/** All verb-object and adjective-noun pairs of the sentence, those of clauses first. */
export function combinationsOf(sentence: Sentence): readonly Combination[] {
  const { clauses, phrases } = partsOf(sentence);
  return [...clauses.flatMap(ofClause), ...phrases.flatMap(ofNounPhrase)];
}
