/** Models that learn from texts alone: masks filled in, texts restored, and a classifier tuned from one. */
import { Classifier, FormatError, InputError, MaskFiller, OptionError, Restorer } from 'qkv';
import { storeFloat32, writeSafetensors } from 'qkv/io';
import {
  bart,
  bartModel,
  bert,
  bertModel,
  writeDenoisingDescription,
  writeMaskedDescription,
} from 'qkv/models';
import { PARAMETERS, unpackArena } from 'qkv/nn';
import { MaskedBatches, NoisedBatches } from 'qkv/text';
import { fineTune, labellingTask, Trainer, type TrainerOptions, translationTask } from 'qkv/train';
import { expect, it } from 'vitest';
import { countingSentences, countingVocabulary, RAW_TEXT, word } from '../support/counting';
import { useDevice } from '../support/device';

const device = useDevice();
const vocabulary = countingVocabulary;
const maskId = vocabulary.size;
const sentences = countingSentences(300, 1).map((words) => vocabulary.encode(words));
const OPTIONS: TrainerOptions = {
  startup: 'quick',
  optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.98, epsilon: 1e-9 },
  clipNorm: 1,
  schedule: { kind: 'warmup', rate: 0.01, warmup: 30 },
  seed: 2,
};
const sizes = { vocabulary: maskId + 1, maskId, maxLength: 12, dropout: 0 };

async function weightsOf<B>(trainer: Trainer<B>) {
  const named = unpackArena(trainer.layout, await trainer.states.read(PARAMETERS));
  const stored = [...named].map(
    ([name, { shape, data }]) => [name, storeFloat32(name, shape, data)] as const,
  );
  trainer.dispose();
  return writeSafetensors(new Map(stored));
}

/** BERT after some steps, as files. */
async function trainedBert() {
  const model = bertModel({ ...sizes, modelSize: 32, heads: 2, feedForward: 64, layers: 1 });
  const trainer = await Trainer.create(device(), labellingTask(model, { maxBatch: 32 }), OPTIONS);
  const words = sentences.flat();
  await trainer.train(
    new MaskedBatches(sentences, { maskId, words, rate: 0.2, batchSize: 32, epochs: 16 }),
  );
  return {
    'model.json': writeMaskedDescription({ model, vocabulary, text: RAW_TEXT }),
    'model.safetensors': await weightsOf(trainer),
  };
}

it('fills in masks, and becomes a classifier from a few labels', async () => {
  const files = await trainedBert();
  const filler = await MaskFiller.load(files, { device: device(), kinds: [bert] });
  const found = await filler.fill('two three [MASK] five [MASK]', { count: 3 });
  expect(found.text).toBe('two three four five six');
  for (const candidates of found.masks) {
    const sum = candidates.reduce((total, { probability }) => total + probability, 0);
    expect(candidates).toHaveLength(3);
    expect(sum).toBeLessThanOrEqual(1 + 1e-9);
    expect(candidates[0]!.probability).toBeGreaterThan(candidates[1]!.probability);
  }
  const without = { device: device(), kinds: undefined as never };
  await expect(MaskFiller.load(files, without)).rejects.toThrow('kinds must be an array');
  await expect(filler.fill('two three')).rejects.toThrow(InputError);
  await expect(filler.fill('two dog [MASK]')).rejects.toThrow("does not know 'dog'");
  await expect(filler.fill('two [MASK]', { count: 0 })).rejects.toThrow(OptionError);

  // Whether a sentence counts as it should: something that the masks have taught.
  const examples = countingSentences(40, 5).map((words, i) => {
    const isRight = i % 2 === 0;
    const text = isRight ? words : words.map((_, place) => word(i + 3 * place * place));
    return { text: text.join(' '), label: isRight ? 'right' : 'wrong' };
  });
  const tuned = await fineTune(filler, { labels: ['wrong', 'right'], learningRate: 0.003 });
  await tuned.train(examples, { epochs: 12 });
  expect((await tuned.evaluate(examples)).accuracy).toBeGreaterThan(0.9);
  const saved = await tuned.save();
  const options = { device: device(), kinds: [bert] };
  const classifier = await Classifier.load(saved, options);
  expect(classifier.labels).toEqual(['wrong', 'right']);
  const results = await Promise.all(examples.map(({ text }) => classifier.classify(text)));
  const right = results.filter(({ label }, i) => label === examples[i]!.label);
  expect(right.length).toBeGreaterThan(0.9 * examples.length);
  expect(results[0]!.labels.reduce((sum, one) => sum + one.probability, 0)).toBeCloseTo(1, 9);
  const again = await Classifier.load(await tuned.save(), options);
  expect(await again.classify('two three four')).toEqual(
    await classifier.classify('two three four'),
  );
  await expect(Classifier.load(files, options)).rejects.toThrow(FormatError);
  await expect(tuned.train([{ text: 'two three', label: 'maybe' }])).rejects.toThrow(
    "'maybe' is not one of the labels",
  );
  for (const made of [tuned, classifier, again, filler]) made.dispose();
});

it('restores texts', async () => {
  const network = { modelSize: 32, heads: 2, feedForward: 64, encoderLayers: 1, decoderLayers: 1 };
  const model = bartModel({ ...sizes, ...network });
  const task = translationTask(model, { maxBatch: 32, labelSmoothing: 0, padId: vocabulary.pad });
  const trainer = await Trainer.create(device(), task, OPTIONS);
  const noise = { maskId, spanLength: 1, deleteRate: 0, permuteRate: 0, maxSourceLength: 12 };
  await trainer.train(new NoisedBatches(sentences, { ...noise, batchSize: 32, epochs: 22 }));
  const files = {
    'model.json': writeDenoisingDescription({ model, vocabulary, text: RAW_TEXT }),
    'model.safetensors': await weightsOf(trainer),
  };
  const restorer = await Restorer.load(files, { device: device(), kinds: [bart] });
  const { text, finished, ...found } = await restorer.restore('two three [MASK] five six');
  expect({ text, finished }).toEqual({ text: 'two three four five six', finished: true });
  expect(found.tokens).toEqual(['two', 'three', 'four', 'five', 'six']);
  expect(found.marks).toEqual(Array(5).fill(undefined));
  expect(found.sourceTokens).toEqual(['two', 'three', '[MASK]', 'five', 'six']);
  restorer.dispose();
});
