/** The shapes of input and output, and the labels that are no word's class. */

export const SHAPES = ['oneToOne', 'oneToMany', 'manyToOne', 'manyToMany'] as const;
export type Shape = (typeof SHAPES)[number];

/** The label of a word after which the sentence ends. */
export const NO_WORD = 'end';

/** What the words of a phrase can be. */
export interface PhraseWords {
  readonly determiners: readonly string[];
  readonly adjectives: readonly string[];
  readonly nouns: readonly string[];
}
