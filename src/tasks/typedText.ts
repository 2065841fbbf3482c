/** Text as people type it, which differs from the text that a model was trained on. */
import { type Codec, type TextConvention, type TextRules, textRules } from '../text';

/**
 * The rules of a model's text, tolerant of what is outside its vocabulary. Of tokenised text, an
 * unknown token is joined with the next one to a known word ("aujourd'" "hui"), an unknown word that
 * ends in "'s" is split before it, and a final full stop is dropped.
 */
export function typedText(convention: TextConvention, vocabulary: Codec): TextRules {
  const rules = textRules(convention);
  if (!convention.tokenised) return rules;
  const known = (token: string) => vocabulary.id(token) !== undefined;
  return {
    ...rules,
    split(text) {
      const tokens: string[] = [];
      for (const token of rules.split(text)) {
        const last = tokens.at(-1) ?? token;
        const word = token.endsWith("'s") ? token.slice(0, -2) : '';
        if (!known(last) && known(last + token)) tokens.splice(-1, 1, last + token);
        else if (!known(token) && known(word) && known("'s")) tokens.push(word, "'s");
        else tokens.push(token);
      }
      while (tokens.length > 1 && tokens.at(-1) === '.' && !known('.')) tokens.pop();
      return tokens;
    },
  };
}
