/** The study of word vectors for the training command, scored by the loss of held-out examples. */
import { InputError, OptionError, WordVectors } from 'qkv';
import { noiseBaseline } from 'qkv/evaluation';
import { type TextVectors, writeTextVectors } from 'qkv/io';
import { createModel, WORD_VECTORS, writeWordDescription } from 'qkv/models';
import { type NamedTensors, PARAMETERS, unpackArena } from 'qkv/nn';
import {
  buildVocabulary,
  countIds,
  type DataCursor,
  SPECIAL_TOKENS,
  type Vocabulary,
  type WordBatch,
  WordIterator,
} from 'qkv/text';
import { toyNounKinds } from 'qkv/toy';
import { wordVectorTask } from 'qkv/train';
import { kindAgreement } from './nounKinds';
import type { Recipe } from './recipe';
import { LOSS_MEASURES, type Measure, type Study, showPercent } from './study';
import { loadTexts, type TextSpec } from './texts';

const part = (name: string, short: string, label: string): Measure => ({
  name,
  short,
  label,
  show: showPercent,
});

const MEASURES: readonly Measure[] = [
  ...LOSS_MEASURES.filter(({ name }) => name === 'devLoss'),
  {
    name: 'unigramLoss',
    short: 'of counts alone',
    label: 'that of how common words are',
    show: (loss) => loss.toFixed(3),
  },
  part('rightOfNoise', 'above the noise', 'held-out true words that score above all their noise'),
  part(
    'kindAgreement',
    'nearest noun of the same kind',
    'nouns whose nearest noun is of their kind',
  ),
  part('kindChance', 'by chance', 'that by chance'),
];

/** Seed of the held-out examples, which are the same in every evaluation. */
const HELD_SEED = 1;

/** Number of words in a sample of neighbours: the most frequent words, or nouns of the grammar. */
const SHOWN = 3;

/** @throws InputError, FormatError for files that cannot be read; OptionError */
export async function wordStudy(recipe: Recipe, spec: TextSpec): Promise<Study<WordBatch>> {
  const texts = await loadTexts(spec);
  const { batchSize, labelSmoothing, kind } = recipe;
  if (labelSmoothing > 0) throw new OptionError(`--label-smoothing is not for ${kind}`);
  const vocabulary = buildVocabulary(texts.train);
  const model = createModel('word vector', kind, {
    ...recipe.model,
    vocabulary: vocabulary.size,
  });
  const { window, negatives, subsample, size } = model.config;
  // Words that do not occur in training have no vector.
  const encode = (sentences: typeof texts.train) =>
    sentences.map((words) => words.flatMap((word) => vocabulary.id(word) ?? []));
  const [train, held] = [encode(texts.train), encode(texts.dev)];
  const counts = countIds(train, vocabulary.size);
  const shared = {
    kind: model.kind,
    vocabulary: vocabulary.size,
    batchSize,
    ...{ window, negatives, subsample, counts, padId: vocabulary.pad },
  };
  const batches = (cursor: Partial<DataCursor>) => new WordIterator(train, { ...shared, cursor });
  const heldBatches = () =>
    new WordIterator(held, { ...shared, epochs: 1, cursor: { seed: HELD_SEED } });
  const baseline = noiseBaseline(heldBatches(), counts, { subsample, padId: vocabulary.pad });
  const kinds = spec.kind === 'toyText' ? toyNounKinds()[spec.side] : undefined;
  const vectorsOf = (named: NamedTensors) => textVectors(named, vocabulary, size);
  return {
    subject: `word vectors of ${size} numbers`,
    corpus: texts.name,
    unit: 'example',
    vocabularies: `vocabulary ${vocabulary.size}`,
    examples: batches({ seed: recipe.seed }).batchesPerEpoch * batchSize,
    batches,
    task: wordVectorTask(model, { maxBatch: batchSize }),
    description: writeWordDescription(model, vocabulary),
    measures: MEASURES,
    showLoss: (loss) => `loss ${loss.toFixed(3)}`,
    evaluate: async (trainer) => {
      const { loss, accuracy } = await trainer.evaluate(heldBatches());
      const { device, layout, states } = trainer;
      const vectors = vectorsOf(unpackArena(layout, await states.read(PARAMETERS)));
      const found = kinds && (await kindAgreement(device, vectors, kinds));
      const own = await WordVectors.create(device, vectors);
      const shown = vectors.words.filter((word) => kinds?.has(word) ?? true).slice(0, SHOWN);
      const near = await own.nearestOfEach(shown, 4);
      own.dispose();
      return {
        scores: {
          devLoss: loss,
          unigramLoss: baseline,
          rightOfNoise: accuracy,
          ...(found && { kindAgreement: found.agreement, kindChance: found.chance }),
        },
        sample: shown
          .map((word, i) => `${word}: ${near[i]?.map((other) => other.word).join(' ')}`)
          .join('; '),
      };
    },
    files: (named) => ({
      'vectors.txt': writeTextVectors(vectorsOf(named), { header: size === 1 }),
    }),
  };
}

/** The vectors of all words but the special ones, the most frequent first. */
function textVectors(named: NamedTensors, vocabulary: Vocabulary, size: number): TextVectors {
  const table = named.get(WORD_VECTORS);
  if (table === undefined) throw new InputError(`parameters: no tensor '${WORD_VECTORS}'`);
  const special = Object.values(SPECIAL_TOKENS).length;
  const words = vocabulary.tokens.slice(special);
  return {
    words,
    vectors: { shape: [words.length, size], data: table.data.slice(special * size) },
  };
}
