/** Training of language models: RNN, LSTM, GRU and GPT. */
import { InputError } from 'qkv';
import { unigramPerplexity } from 'qkv/evaluation';
import { Decoder, promptBatch, sampling } from 'qkv/generate';
import {
  type ConfigValues,
  createModel,
  type LanguageModel,
  writeLanguageDescription,
} from 'qkv/models';
import {
  type Batch,
  BatchIterator,
  type EncodedPair,
  encodePairs,
  makeBatch,
  textRules,
} from 'qkv/text';
import { languageTask, type Trainer } from 'qkv/train';
import { numberOf, type RunRecipe } from '../recipe';
import { type Sentences, sentencesOf } from './sentences';
import { type Sampler, SHOWN, type Study } from './study';
import { inBatches } from './translation';

/** Words that held-out sentences begin with, from which the model goes on. */
const PROMPT = 3;

/** @throws OptionError, FormatError, InputError */
export function languageStudy(recipe: RunRecipe, config: ConfigValues): Study<Batch> {
  const maxLength = numberOf(recipe, 'max-length');
  const sentences = sentencesOf(recipe, maxLength - 1);
  const { vocabulary, text } = sentences;
  const model = createModel('language', recipe.kind, { ...config, vocabulary: vocabulary.size });
  const batchSize = numberOf(recipe, 'batch');
  const encoded = (some: Sentences['train']) =>
    encodePairs(
      some.map((target) => ({ source: [], target })),
      vocabulary,
      vocabulary,
      { unknown: 'unk' },
    );
  const [train, held] = [encoded(sentences.train), encoded(sentences.held)];
  held.sort((a, b) => a.target.length - b.target.length);
  const padding = { targetIds: vocabulary, maxTargetLength: maxLength };
  return {
    task: languageTask(model, {
      maxBatch: batchSize,
      labelSmoothing: numberOf(recipe, 'label-smoothing'),
      padId: vocabulary.pad,
    }),
    description: writeLanguageDescription({ model, vocabulary, text }),
    facts: sentences.facts,
    decoding: { model, maxBatch: SHOWN, ids: vocabulary, isSampled: true },
    batches: (cursor) => new BatchIterator(train, { ...padding, batchSize, cursor }),
    held: () => inBatches(held, batchSize, (some) => makeBatch(some, padding)),
    baseline: () => {
      const tokens = (of: readonly EncodedPair[]) =>
        of.flatMap((pair) => [...pair.target, vocabulary.eos]);
      return Math.log(unigramPerplexity(tokens(train), tokens(held), vocabulary.size));
    },
    sampler: (trainer) => continuations(trainer, model, sentences),
  };
}

async function continuations(
  { device, layout, states }: Trainer<Batch>,
  model: LanguageModel,
  { held, vocabulary, text }: Sentences,
): Promise<Sampler> {
  const decoder = await Decoder.create(device, model, layout, states, {
    maxBatch: SHOWN,
    ids: vocabulary,
    decoding: { kind: 'sample', temperature: 0.8 },
    decodings: [sampling],
    startup: 'quick',
  });
  const rules = textRules(text);
  const write = async (prompts: readonly (readonly string[])[], seed: number) => {
    const ids = prompts.map((words) => vocabulary.encode(words, { unknown: 'unk' }));
    const { source, lengths } = promptBatch(ids, vocabulary);
    const found = await decoder.decode(source, lengths, { seed });
    return found.map(([best]) => vocabulary.decode(best?.ids ?? [], { keepUnknown: true }));
  };
  const prompts = held.slice(0, SHOWN).map((words, i) => (i === 0 ? [] : words.slice(0, PROMPT)));
  return {
    sample: async (step) => {
      const written = await write(prompts, step);
      const rows = prompts.map((prompt, i) => ({
        from: rules.join(prompt),
        to: rules.join([...prompt, ...(written[i] ?? [])]),
      }));
      return { rows };
    },
    answer: async (typed) => {
      const words = rules.split(typed);
      if (words.length >= model.maxLength - 1) {
        throw new InputError(`type at most ${model.maxLength - 2} words, found ${words.length}`);
      }
      const [written = []] = await write([words], 0);
      return rules.join([...words, ...written]);
    },
    dispose: () => decoder.dispose(),
  };
}
