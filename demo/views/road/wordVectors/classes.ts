/** The classes of words that a map tells apart by colour. */

/** The classes of words, in the order in which a word of several classes is assigned. */
export const WORD_CLASSES = [
  'person',
  'animal',
  'food',
  'thing',
  'place',
  'verb',
  'adjective',
  'other',
] as const;

export type WordClass = (typeof WORD_CLASSES)[number];
