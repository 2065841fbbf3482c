/** What a token of a text is: a word between spaces, or a character, spaces included. */
export type TextUnit = 'word' | 'character';

/** How a text becomes tokens, and tokens a text. */
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
