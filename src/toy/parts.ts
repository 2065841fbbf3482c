/** The clauses and noun phrases of a sentence's tree. */
import type { Clause, Nominal, NounPhrase, Predicate, Sentence } from './tree';

/** All clauses and noun phrases of a sentence, outer ones before inner ones. */
export interface SentenceParts {
  readonly clauses: readonly Clause[];
  readonly phrases: readonly NounPhrase[];
}

/** Takes a sentence apart. What pronouns and gaps stand for is not visited a second time. */
export function partsOf(sentence: Sentence): SentenceParts {
  const clauses: Clause[] = [];
  const phrases: NounPhrase[] = [];

  function visitNominal(node: Nominal | undefined): void {
    if (node?.kind === 'pair') {
      visitNominal(node.first);
      visitNominal(node.second);
    }
    if (node?.kind !== 'noun') return;
    phrases.push(node);
    const { modifier } = node;
    if (modifier?.kind === 'owner') visitNominal(modifier.owner);
    if (modifier?.kind === 'relative') visitClause(modifier.clause);
    if (modifier?.kind === 'place') visitNominal(modifier.object);
  }

  function visitClause(clause: Clause): void {
    clauses.push(clause);
    visitNominal(clause.subject);
    for (const nominal of nominalsOf(clause.predicate)) visitNominal(nominal);
    if (clause.predicate.kind === 'action' && clause.predicate.complement !== undefined) {
      visitClause(clause.predicate.complement.clause);
    }
    for (const adjunct of clause.adjuncts) {
      if (adjunct.kind === 'place') visitNominal(adjunct.object);
    }
  }

  if (sentence.kind === 'question' && sentence.fronted?.kind === 'nominal') {
    visitNominal(sentence.fronted.nominal);
  }
  for (const clause of mainClauses(sentence)) visitClause(clause);
  return { clauses, phrases };
}

/** The clauses of a sentence that are in no other one. */
export function mainClauses(sentence: Sentence): readonly [Clause, ...Clause[]] {
  return sentence.kind === 'joined' ? [sentence.first, sentence.second] : [sentence.clause];
}

function nominalsOf(predicate: Predicate): readonly (Nominal | undefined)[] {
  switch (predicate.kind) {
    case 'action':
      return [predicate.object, predicate.recipient];
    case 'passive':
      return [predicate.recipient, predicate.agent?.nominal];
    case 'quality':
      return [predicate.standard?.nominal];
    case 'location':
      return [predicate.place?.object];
    case 'existence':
      return [predicate.thing];
    case 'state':
      return [];
  }
}
