/**
 * The verb-object and adjective-noun pairs of a sentence: what the hold-out is about.
 * Passive subjects count as objects; 'it' and 'they' count as what they stand for.
 */
import type { Clause, Nominal, NounPhrase, Predicate, Sentence } from './tree';

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

function ofNounPhrase(node: NounPhrase): Combination[] {
  const pairs = node.adjectives.flatMap(({ entry }) => crossed(entry.lemma, node));
  switch (node.modifier?.kind) {
    case 'owner':
      return [...pairs, ...ofNominal(node.modifier.owner)];
    case 'relative':
      return [...pairs, ...ofClause(node.modifier.clause)];
    case 'place':
      return [...pairs, ...ofNominal(node.modifier.object)];
    case undefined:
      return pairs;
  }
}

function ofNominal(node: Nominal | undefined): Combination[] {
  if (node?.kind === 'noun') return ofNounPhrase(node);
  return node?.kind === 'pair' ? [...ofNominal(node.first), ...ofNominal(node.second)] : [];
}

function ofPredicate(predicate: Predicate, subject: Nominal | undefined): Combination[] {
  switch (predicate.kind) {
    case 'action': {
      const { verb, object, recipient, complement } = predicate;
      const inner = complement === undefined ? [] : ofClause(complement.clause);
      const pairs = [...crossed(verb.lemma, object), ...ofNominal(object), ...ofNominal(recipient)];
      return [...pairs, ...inner];
    }
    case 'passive': {
      const { verb, recipient, agent } = predicate;
      const pairs = [...crossed(verb.lemma, subject), ...ofNominal(recipient)];
      return [...pairs, ...ofNominal(agent?.nominal)];
    }
    case 'quality': {
      const { adjective, standard } = predicate;
      return [...crossed(adjective.entry.lemma, subject), ...ofNominal(standard?.nominal)];
    }
    case 'location':
      return ofNominal(predicate.place?.object);
    case 'existence':
      return ofNominal(predicate.thing);
    case 'state':
      return [];
  }
}

function ofClause(clause: Clause): Combination[] {
  const places = clause.adjuncts.flatMap((adjunct) =>
    adjunct.kind === 'place' ? ofNominal(adjunct.object) : [],
  );
  return [
    ...ofNominal(clause.subject),
    ...ofPredicate(clause.predicate, clause.subject),
    ...places,
  ];
}

/** All verb-object and adjective-noun pairs of the sentence. */
export function combinationsOf(sentence: Sentence): readonly Combination[] {
  if (sentence.kind === 'joined') {
    return [...ofClause(sentence.first), ...ofClause(sentence.second)];
  }
  const fronted =
    sentence.kind === 'question' && sentence.fronted?.kind === 'nominal'
      ? ofNominal(sentence.fronted.nominal)
      : [];
  return [...ofClause(sentence.clause), ...fronted];
}
