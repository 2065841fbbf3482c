/** English words with two meanings, each in three sentences with the word at the same place. */

/** A word, and sentences that the model translates rightly. */
export interface Homograph {
  readonly word: string;
  /** The first two use the word in two senses; the third uses the sense of the first. */
  readonly sentences: readonly [a: string, b: string, c: string];
}

export const HOMOGRAPHS: readonly [Homograph, ...Homograph[]] = [
  {
    word: 'left',
    sentences: ['he opens the left door', 'the small cat left', 'she buys the left box'],
  },
  {
    word: 'right',
    sentences: ["anna 's bird is right", 'he washes the big right shoe', 'the happy king is right'],
  },
  {
    word: 'work',
    sentences: ['the new car will work', 'the young boy will work', 'her old boat will work'],
  },
  {
    word: 'know',
    sentences: ['we know that he runs', 'we know his child', 'i know that she sleeps'],
  },
  {
    word: 'light',
    sentences: ['he carries a light bag', 'she finds a light', 'she buys a light coat'],
  },
];
