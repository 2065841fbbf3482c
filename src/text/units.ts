/** The unit of a token: a word between spaces, or a character, where spaces are tokens, too. */
export type TextUnit = 'word' | 'character';

/** Splits text into tokens of each unit, and joins them. */
export const textUnits: Readonly<
  Record<
    TextUnit,
    {
      split(text: string): readonly string[];
      join(tokens: readonly string[]): string;
    }
  >
> = {
  word: {
    split: (text) => text.split(/\s+/u).filter((word) => word !== ''),
    join: (tokens) => tokens.join(' '),
  },
  character: { split: (text) => [...text], join: (tokens) => tokens.join('') },
};
