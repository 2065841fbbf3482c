/** Training of models that fill in masked words: BERT. */
import { MaskFiller } from 'qkv';
import { unigramPerplexity } from 'qkv/evaluation';
import { bert, type ConfigValues, createModel, writeMaskedDescription } from 'qkv/models';
import { type LabelledBatch, MaskedBatches, textRules } from 'qkv/text';
import { labellingTask, type Trainer } from 'qkv/train';
import { numberOf, type RunRecipe } from '../recipe';
import { modelFiles } from './files';
import { type Sentences, sentencesOf } from './sentences';
import { HELD_SEED, type Sampler, SHOWN, type Study } from './study';

const MASK = '[MASK]';

/** @throws OptionError, FormatError, InputError */
export function maskedStudy(recipe: RunRecipe, config: ConfigValues): Study<LabelledBatch> {
  const sentences = sentencesOf(recipe, numberOf(recipe, 'max-length') - 2);
  const { vocabulary: codec, text } = sentences;
  const maskId = codec.size;
  const model = createModel('masked language', recipe.kind, {
    ...config,
    vocabulary: codec.size + 1,
    maskId,
  });
  const batchSize = numberOf(recipe, 'batch');
  const encoded = (some: Sentences['train']) =>
    some.map((words) => codec.encode(words, { unknown: 'unk' }));
  const [train, held] = [encoded(sentences.train), encoded(sentences.held)];
  const special: readonly (number | undefined)[] = [codec.pad, codec.bos, codec.eos, codec.unk];
  const words = Array.from({ length: codec.size }, (_, id) => id).filter(
    (id) => !special.includes(id),
  );
  const masking = { maskId, words, ids: codec, batchSize };
  const heldBatches = () =>
    new MaskedBatches(held, { ...masking, epochs: 1, cursor: { seed: HELD_SEED } });
  const description = writeMaskedDescription({ model, vocabulary: codec, text });
  return {
    task: labellingTask(model, {
      maxBatch: batchSize,
      labelSmoothing: numberOf(recipe, 'label-smoothing'),
    }),
    description,
    facts: sentences.facts,
    batches: (cursor) => new MaskedBatches(train, { ...masking, cursor }),
    held: heldBatches,
    baseline: () => {
      const labels = [...heldBatches()].flatMap((batch) =>
        [...batch.labels].filter((id) => id >= 0),
      );
      return Math.log(unigramPerplexity(train.flat(), labels, codec.size));
    },
    sampler: async (trainer) => fillings(trainer, description, sentences),
  };
}

function fillings(
  trainer: Trainer<LabelledBatch>,
  description: string,
  { held, text }: Sentences,
): Sampler {
  const rules = textRules(text);
  const use = async <R>(work: (filler: MaskFiller) => Promise<R>): Promise<R> => {
    const files = await modelFiles(trainer, description);
    const filler = await MaskFiller.load(files, { device: trainer.device, kinds: [bert] });
    try {
      return await work(filler);
    } finally {
      filler.dispose();
    }
  };
  const masked = held.slice(0, SHOWN).map((words, i) => {
    const at = Math.min(words.length - 1, 1 + i);
    return {
      from: words.map((word, j) => (j === at ? MASK : word)).join(' '),
      truth: rules.join(words),
    };
  });
  return {
    sample: () =>
      use(async (filler) => {
        const rows = [];
        for (const { from, truth } of masked) {
          const filled = await filler.fill(from, { unknown: 'unk' });
          rows.push({ from, to: filled.text, truth });
        }
        return { rows };
      }),
    answer: (typed) => use(async (filler) => (await filler.fill(typed, { unknown: 'unk' })).text),
    dispose: () => undefined,
  };
}
