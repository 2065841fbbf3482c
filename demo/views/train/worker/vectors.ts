/** Training of word vectors: skip-gram and CBOW with negative samples. */
import { InputError, WordVectors } from 'qkv';
import { noiseBaseline } from 'qkv/evaluation';
import { type ConfigValues, createModel, WORD_VECTORS, writeWordDescription } from 'qkv/models';
import { PARAMETERS, unpackArena } from 'qkv/nn';
import {
  buildVocabulary,
  countIds,
  SPECIAL_TOKENS,
  type Vocabulary,
  type WordBatch,
  WordIterator,
} from 'qkv/text';
import { toyNounKinds } from 'qkv/toy';
import { type Trainer, wordVectorTask } from 'qkv/train';
import { numberOf, type RunRecipe } from '../recipe';
import { type Sentences, sentencesOf } from './sentences';
import { HELD_SEED, type Sampler, SHOWN, type Study } from './study';

/** Neighbours that are shown of each word. */
const NEAREST = 5;

/** @throws OptionError, FormatError, InputError */
export function vectorStudy(recipe: RunRecipe, config: ConfigValues): Study<WordBatch> {
  const sentences = sentencesOf(recipe, Infinity);
  // Words that do not occur in training have no vector.
  const vocabulary = buildVocabulary(sentences.train);
  const model = createModel('word vector', recipe.kind, { ...config, vocabulary: vocabulary.size });
  const { window, negatives, subsample, size } = model.config;
  const batchSize = numberOf(recipe, 'batch');
  const encoded = (some: Sentences['train']) =>
    some.map((words) => words.flatMap((word) => vocabulary.id(word) ?? []));
  const [train, held] = [encoded(sentences.train), encoded(sentences.held)];
  const counts = countIds(train, vocabulary.size);
  const shared = {
    kind: model.kind,
    vocabulary: vocabulary.size,
    padId: vocabulary.pad,
    ...{ batchSize, window, negatives, subsample, counts },
  };
  const heldBatches = () =>
    new WordIterator(held, { ...shared, epochs: 1, cursor: { seed: HELD_SEED } });
  const kinds = recipe.values.side === 'source' ? toyNounKinds().source : toyNounKinds().target;
  const byCount = vocabulary.tokens
    .map((word, id) => ({ word, count: counts[id] ?? 0 }))
    .slice(Object.keys(SPECIAL_TOKENS).length)
    .sort((a, b) => b.count - a.count)
    .map(({ word }) => word);
  const nouns = byCount.filter((word) => kinds.has(word));
  const shown = (recipe.text.trim() === '' ? nouns : byCount).slice(0, SHOWN);
  return {
    task: wordVectorTask(model, { maxBatch: batchSize }),
    description: writeWordDescription(model, vocabulary),
    facts: { ...sentences.facts, vocabularies: [vocabulary.size] },
    batches: (cursor) => new WordIterator(train, { ...shared, cursor }),
    held: heldBatches,
    baseline: () => noiseBaseline(heldBatches(), counts, { subsample, padId: vocabulary.pad }),
    sampler: async (trainer) => neighbours(trainer, vocabulary, size, shown),
  };
}

function neighbours(
  { device, layout, states }: Trainer<WordBatch>,
  vocabulary: Vocabulary,
  size: number,
  shown: readonly string[],
): Sampler {
  const special = Object.keys(SPECIAL_TOKENS).length;
  const words = vocabulary.tokens.slice(special);
  const use = async <R>(work: (vectors: WordVectors) => Promise<R>): Promise<R> => {
    const table = unpackArena(layout, await states.read(PARAMETERS)).get(WORD_VECTORS);
    const data = table?.data.slice(special * size) ?? new Float32Array();
    const vectors = { shape: [words.length, size], data };
    const made = await WordVectors.create(device, { words, vectors });
    try {
      return await work(made);
    } finally {
      made.dispose();
    }
  };
  const listed = (near: readonly { readonly word: string }[]) =>
    near.map(({ word }) => word).join(', ');
  return {
    sample: () =>
      use(async (vectors) => {
        const near = await vectors.nearestOfEach(shown, NEAREST);
        return { rows: shown.map((word, i) => ({ from: word, to: listed(near[i] ?? []) })) };
      }),
    answer: (typed) => {
      const word = typed.trim().toLowerCase();
      if (!words.includes(word)) throw new InputError(`'${word}' is not among the words learnt`);
      return use(async (vectors) => listed(await vectors.nearest(word, NEAREST)));
    },
    dispose: () => undefined,
  };
}
