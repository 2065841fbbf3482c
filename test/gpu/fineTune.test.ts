/** Loaded models learn from a few examples, with new words and frozen layers, and are loaded again. */
import { AbortedError, InputError, OptionError, Translator, Writer } from 'qkv';
import { parseSafetensors, storeFloat32, writeSafetensors } from 'qkv/io';
import {
  gpt,
  gptModel,
  modelLayout,
  transformer,
  transformerModel,
  writeLanguageDescription,
} from 'qkv/models';
import { initialArena, unpackArena } from 'qkv/nn';
import { fineTune } from 'qkv/train';
import { expect, it } from 'vitest';
import { countingSentences, countingVocabulary, RAW_TEXT } from '../support/counting';
import { useDevice } from '../support/device';
import { filesOf, tinyTransformer } from '../support/tinyModels';

const device = useDevice();
const letters = [...'abcdefgh'];
/** Each letter is the next one in the other language; x is new in both. */
const next = (letter: string) =>
  letter === 'x' ? 'x' : letters[(letters.indexOf(letter) + 1) % letters.length]!;
const pairs = Array.from({ length: 20 }, (_, i) => {
  const source = [letters[i % 8]!, i % 3 === 0 ? 'x' : letters[(3 * i) % 8]!];
  return { source: source.join(' '), target: source.map(next).join(' ') };
});

it('a translator learns 20 pairs with new words, and is the same when it is loaded again', async () => {
  const options = { device: device(), kinds: [transformer] };
  const untrained = transformerModel({
    ...{ sourceVocabulary: 12, targetVocabulary: 12, maxLength: 8, dropout: 0, normFirst: true },
    ...{ modelSize: 32, heads: 2, feedForward: 64, encoderLayers: 1, decoderLayers: 1 },
  });
  const translator = await Translator.load(filesOf(untrained, undefined, 1, 1), options);
  await expect(translator.translate('a x')).rejects.toThrow("does not know 'x'");
  const before = await translator.translate('a b');
  const tuned = await fineTune(translator, { learningRate: 0.01, grow: pairs });
  const losses: number[] = [];
  await tuned.train(pairs, {
    epochs: 40,
    onStep: ({ loss }, total) => {
      losses.push(loss);
      expect(total).toBe(80);
    },
  });
  expect(losses).toHaveLength(80);
  expect((await tuned.evaluate(pairs)).accuracy).toBeGreaterThan(0.95);
  const files = await tuned.save();
  const [one, two] = [await Translator.load(files, options), await Translator.load(files, options)];
  const answers = await Promise.all(pairs.map(({ source }) => one.translate(source)));
  const right = answers.filter(({ target }, i) => target === pairs[i]!.target);
  expect(right.length).toBeGreaterThanOrEqual(18);
  for (const { source } of pairs.slice(0, 3)) {
    const strip = async (translator: Translator) => {
      const { milliseconds: _, ...rest } = await translator.translate(source);
      return rest;
    };
    expect(await strip(one)).toEqual(await strip(two));
  }
  // The loaded model is as it was.
  expect((await translator.translate('a b')).target).toBe(before.target);
  for (const made of [tuned, one, two, translator]) made.dispose();
});

it('frozen layers stay, an abort keeps what was learnt, and wrong examples are named', async () => {
  const files = tinyTransformer();
  const translator = await Translator.load(files, { device: device(), kinds: [transformer] });
  const known = pairs.filter(({ source }) => !source.includes('x'));
  const tuned = await fineTune(translator, { freeze: ['src_embed', 'transformer.encoder'] });
  const abort = new AbortController();
  const training = tuned.train(known, { signal: abort.signal, onStep: () => abort.abort() });
  await expect(training).rejects.toThrow(AbortedError);
  await tuned.train(known, { epochs: 1 });
  const saved = parseSafetensors((await tuned.save())['model.safetensors']).tensors;
  const loaded = parseSafetensors(files['model.safetensors'] as Uint8Array).tensors;
  const kept = [...saved].filter(([name, { bytes }]) =>
    Buffer.from(bytes).equals(Buffer.from(loaded.get(name)!.bytes)),
  );
  const isFrozen = (name: string) => /^(src_embed|transformer\.encoder)\./.test(name);
  expect(kept.map(([name]) => name).toSorted()).toEqual(
    [...saved.keys()].filter(isFrozen).toSorted(),
  );
  await expect(tuned.train(pairs)).rejects.toThrow(InputError);
  await expect(tuned.train(pairs)).rejects.toThrow(/pair 0, source: the model does not know 'x'/);
  await expect(tuned.train([])).rejects.toThrow(InputError);
  tuned.dispose();
  await expect(fineTune(translator, { freeze: ['nothing'] })).rejects.toThrow(OptionError);
  await expect(fineTune(translator, { batchSize: 0 })).rejects.toThrow('batchSize must be');
  await expect(fineTune(translator, { ...{ rate: 1 } } as object)).rejects.toThrow(
    "unknown option 'rate'",
  );
  translator.dispose();
});

it('a writer learns texts', async () => {
  const vocabulary = countingVocabulary;
  const model = gptModel({
    ...{ vocabulary: vocabulary.size, maxLength: 12, dropout: 0 },
    ...{ modelSize: 24, heads: 2, feedForward: 48, layers: 1 },
  });
  const layout = modelLayout(model);
  const tensors = [...unpackArena(layout, initialArena(layout, 1))].map(
    ([name, { shape, data }]) => [name, storeFloat32(name, shape, data, 'F32')] as const,
  );
  const files = {
    'model.json': writeLanguageDescription({ model, vocabulary, text: RAW_TEXT }),
    'model.safetensors': writeSafetensors(new Map(tensors)),
  };
  const decoding = { kind: 'greedy' } as const;
  const options = { device: device(), kinds: [gpt], decoding };
  const writer = await Writer.load(files, options);
  const tuned = await fineTune(writer, { learningRate: 0.01 });
  await tuned.train(
    countingSentences(60, 3).map((words) => words.join(' ')),
    { epochs: 12 },
  );
  const counts = await Writer.load(await tuned.save(), options);
  const { text } = await counts.write('six seven');
  expect(text).toMatch(/^six seven eight one/);
  for (const made of [tuned, counts, writer]) made.dispose();
});
