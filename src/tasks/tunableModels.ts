/**
 * What fine-tuning needs of each family: the training task, batches of examples as people write
 * them, and the text of model.json.
 */
import { InputError, OptionError } from '../core/errors';
import { sequenceClassifier } from '../models/classifier';
import { createOfKind, type ModelKind } from '../models/kind';
import {
  type Batch,
  BatchIterator,
  type Codec,
  type EncodedPair,
  labelledBatch,
  type TextConvention,
  textRules,
  Vocabulary,
} from '../text';
import { ShuffledBatches } from '../text/batchIterator';
import type { LabelledBatch } from '../text/labelled';
import { labellingTask } from '../train/labelling';
import { languageTask } from '../train/language';
import type { TrainingTask } from '../train/task';
import { translationTask } from '../train/translation';
import { encodeTokens } from './generation';
import { type MaskedDescription, writeClassifierDescription } from './maskedFiles';
import {
  type LanguageDescription,
  type ModelDescription,
  writeDescription,
  writeLanguageDescription,
} from './modelFiles';
import type { UnknownPolicy } from './modelText';
import { typedText } from './typedText';

/** A sentence and its translation, as text. */
export interface SentencePair {
  readonly source: string;
  readonly target: string;
}

/** A text and its label. */
export interface LabelledText {
  readonly text: string;
  readonly label: string;
}

/** A model that can be fine-tuned on examples. */
export interface Tunable<Example, B> {
  readonly task: TrainingTask<B>;
  /** Shuffled batches of examples. @throws InputError naming an example that does not fit */
  batches(
    examples: readonly Example[],
    options: { readonly epochs: number; readonly seed: number },
  ): Iterable<B> & { readonly batchesPerEpoch: number };
  /** The text of model.json. */
  readonly description: string;
}

/** Options of a training task. */
export interface TunableOptions {
  readonly batchSize: number;
  readonly labelSmoothing: number;
}

/** A translation model, for sentence pairs. */
export function tunableTranslation(
  description: ModelDescription,
  { batchSize, labelSmoothing }: TunableOptions,
): Tunable<SentencePair, Batch> {
  const { model, source, target, text } = description;
  const most = model.maxLength - 1;
  return {
    task: translationTask(model, { maxBatch: batchSize, labelSmoothing, padId: target.pad }),
    batches: (pairs, { epochs, seed }) => {
      const encoded = pairs.map((pair, i): EncodedPair => {
        const side = (name: 'source' | 'target', codec: Codec) =>
          idsOf(`train: pair ${i}, ${name}`, pair[name], codec, text[name], text.unknown, most);
        return { source: side('source', source), target: side('target', target) };
      });
      const ids = { sourceIds: source, targetIds: target };
      return new BatchIterator(encoded, { ...ids, batchSize, epochs, cursor: { seed } });
    },
    description: writeDescription(description),
  };
}

/** A language model, for texts. */
export function tunableLanguage(
  description: LanguageDescription,
  { batchSize, labelSmoothing }: TunableOptions,
): Tunable<string, Batch> {
  const { model, vocabulary, text } = description;
  const most = model.maxLength - 1;
  return {
    task: languageTask(model, { maxBatch: batchSize, labelSmoothing, padId: vocabulary.pad }),
    batches: (texts, { epochs, seed }) => {
      const encoded = texts.map((typed, i) => ({
        source: [],
        target: idsOf(`train: text ${i}`, typed, vocabulary, text, text.unknown, most),
      }));
      const targetIds = vocabulary;
      return new BatchIterator(encoded, { targetIds, batchSize, epochs, cursor: { seed } });
    },
    description: writeLanguageDescription(description),
  };
}

/** A classifier on a model that reads texts in both directions, for labelled texts. */
export function tunableClassifier(
  description: MaskedDescription,
  labels: readonly string[],
  { batchSize, labelSmoothing }: TunableOptions,
): Tunable<LabelledText, LabelledBatch> {
  const { model, vocabulary, text } = description;
  if (new Set(labels).size < labels.length) {
    throw new OptionError(`fineTune: labels must differ, found ${labels.join(', ')}`);
  }
  const classifier = sequenceClassifier(model, labels.length);
  const most = model.maxLength - 2;
  const { pad, bos, eos } = vocabulary;
  return {
    task: labellingTask(classifier, { maxBatch: batchSize, labelSmoothing }),
    batches: (examples, { epochs, seed }) => {
      const encoded = examples.map(({ text: typed, label }, i) => {
        const known = labels.indexOf(label);
        if (known < 0) {
          throw new InputError(
            `train: example ${i}: '${label}' is not one of the labels ${labels.join(', ')}`,
          );
        }
        const ids = idsOf(`train: text ${i}`, typed, vocabulary, text, text.unknown, most);
        return { tokens: [bos, ...ids, eos], labels: [known] };
      });
      const make = (chosen: readonly (typeof encoded)[number][]) =>
        labelledBatch(chosen, { perToken: false, padId: pad });
      const lengths = ({ tokens }: (typeof encoded)[number]) =>
        [tokens.length, tokens.length] as const;
      const options = { batchSize, epochs, cursor: { seed } };
      return new ShuffledBatches('train', encoded, lengths, make, options);
    },
    description: writeClassifierDescription({ ...description, labels }),
  };
}

/** The ids of one text. @throws InputError naming it */
function idsOf(
  where: string,
  typed: string,
  codec: Codec,
  convention: TextConvention,
  unknown: UnknownPolicy,
  maxTokens: number,
): readonly number[] {
  return encodeTokens(where, typedText(convention, codec).split(typed), codec, {
    unknown,
    maxTokens,
  });
}

/** The description with words added to the vocabularies, and its model made anew. */
export function grownTranslation(
  description: ModelDescription,
  pairs: readonly SentencePair[],
  kinds: readonly ModelKind[],
): ModelDescription {
  const { model, text } = description;
  const side = (name: 'source' | 'target') => {
    const texts = pairs.map((pair) => pair[name]);
    return grown(description[name], texts, text[name]);
  };
  const [source, target] = [side('source'), side('target')];
  const config = { ...model.config, sourceVocabulary: source.size, targetVocabulary: target.size };
  const made = createOfKind(kinds, 'translation', model.kind, config);
  return { ...description, model: made, source, target };
}

/** The description with words added to the vocabulary, and its model made anew. */
export function grownLanguage(
  description: LanguageDescription,
  texts: readonly string[],
  kinds: readonly ModelKind[],
): LanguageDescription {
  const { model, text } = description;
  const vocabulary = grown(description.vocabulary, texts, text);
  const config = { ...model.config, vocabulary: vocabulary.size };
  return {
    ...description,
    model: createOfKind(kinds, 'language', model.kind, config),
    vocabulary,
  };
}

/** A vocabulary with the unknown words of texts at its end; other codecs know every word. */
function grown(codec: Codec, texts: readonly string[], convention: TextConvention): Codec {
  if (!(codec instanceof Vocabulary)) return codec;
  const { split } = textRules(convention);
  const words = texts.flatMap(split).filter((word) => codec.id(word) === undefined);
  const { tokens, ...rest } = codec.toJSON();
  return Vocabulary.fromJSON({ ...rest, tokens: [...tokens, ...new Set(words)] });
}
