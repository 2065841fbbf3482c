/** The sentences of models that learn from one text: one side of the pairs. */
import type { LanguageText } from 'qkv/models';
import type { Sentence, Vocabulary } from 'qkv/text';
import type { RunRecipe } from '../recipe';
import { corpusOf } from './corpus';
import type { Study } from './study';

export interface Sentences {
  readonly train: readonly Sentence[];
  readonly held: readonly Sentence[];
  readonly vocabulary: Vocabulary;
  readonly text: LanguageText;
  readonly facts: Study<never>['facts'];
}

/** @param longest most tokens of a sentence  @throws FormatError, InputError */
export function sentencesOf(recipe: RunRecipe, longest: number): Sentences {
  const side = recipe.values.side === 'source' ? 'source' : 'target';
  const corpus = corpusOf(recipe, longest, false);
  const train = corpus.train.map((pair) => pair[side]);
  const held = corpus.held.map((pair) => pair[side]);
  const vocabulary = corpus[side];
  return {
    train,
    held,
    vocabulary,
    text: { unknown: corpus.text.unknown, ...corpus.text[side] },
    facts: {
      vocabularies: [vocabulary.size],
      examples: train.length,
      held: held.length,
      tooLong: corpus.tooLong,
      example: train[0]?.join(' ') ?? '',
    },
  };
}
