/** The number of a sentence's subject, and the nouns that distract from it. */
import { mainClauses, partsOf } from './parts';
import type { Sentence } from './tree';
import type { GrammaticalNumber } from './types';

/** A subject that is a noun phrase. */
export interface ToySubject {
  /** With which the verb agrees. */
  readonly number: GrammaticalNumber;
  /** How many other nouns of the sentence have the other number (Linzen et al. 2016). */
  readonly attractors: number;
}

/**
 * The subject of a sentence, or of the first of two joined clauses.
 * @returns undefined unless it is one noun phrase: for names, pronouns, two nouns joined by 'and',
 *   'who' and 'there'
 */
export function toySubject(sentence: Sentence): ToySubject | undefined {
  const [{ subject }] = mainClauses(sentence);
  if (subject?.kind !== 'noun') return undefined;
  const { number } = subject;
  const attractors = partsOf(sentence).phrases.filter((phrase) => phrase.number !== number).length;
  return { number, attractors };
}
