/** A kind of model from outside of the library is trained, saved, loaded, decoded and fine-tuned. */
import { FormatError, Writer } from 'qkv';
import { ops } from 'qkv/graph';
import { storeFloat32, writeSafetensors } from 'qkv/io';
import { type LanguageModel, type ModelKind, writeLanguageDescription } from 'qkv/models';
import * as nn from 'qkv/nn';
import { BatchIterator, encodePairs } from 'qkv/text';
import { fineTune, languageTask, Trainer } from 'qkv/train';
import { expect, it } from 'vitest';
import { countingSentences, countingVocabulary, RAW_TEXT } from '../support/counting';
import { useDevice } from '../support/device';

interface BigramConfig {
  readonly vocabulary: number;
  readonly size: number;
}

/** Predicts each token from the one before it (Bengio et al. 2003, with one word of context). */
function bigramModel(config: BigramConfig): LanguageModel {
  const { vocabulary, size } = config;
  const embedding = nn.embedding(vocabulary, size);
  const out = nn.linear(size, vocabulary);
  const logits: LanguageModel['logits'] = (scope, { targetInput }) =>
    out(scope.child('out'), ops.tanh(embedding(scope.child('embedding'), targetInput)));
  return {
    kind: 'bigram',
    config,
    sourceVocabulary: vocabulary,
    targetVocabulary: vocabulary,
    attends: false,
    maxLength: 12,
    logits,
    memoryTypes: () => ({}),
    encode: () => ({}),
    decoderState: () => ({}),
    firstToken: (source, lengths) => {
      const [batch = 1] = source.shape;
      const last = ops.sub(lengths, ops.fill([batch], 1, 'i32'));
      return ops.gather(source, ops.reshape(last, [batch, 1]), { axis: 1 });
    },
    firstPosition: (lengths) => ops.sub(lengths, ops.fill(lengths.shape, 1, 'i32')),
    step: (scope, { token }) => {
      const [rows = 1] = token.shape;
      const next = ops.reshape(logits(scope, { targetInput: token }), [rows, vocabulary]);
      return { logits: next, state: {}, attention: undefined };
    },
  };
}

const bigram: ModelKind<'language'> = {
  family: 'language',
  names: ['bigram'],
  create: (_, config) => {
    const { vocabulary, size } = config as Partial<BigramConfig>;
    if (typeof vocabulary === 'number' && typeof size === 'number') {
      return bigramModel({ vocabulary, size });
    }
    throw new FormatError('bigram: expected vocabulary and size');
  },
};

const device = useDevice();

it('is trained, saved, loaded, decoded and fine-tuned', async () => {
  const vocabulary = countingVocabulary;
  const model = bigramModel({ vocabulary: vocabulary.size, size: 16 });
  const pairs = countingSentences(200, 1).map((target) => ({ source: [], target }));
  const encoded = encodePairs(pairs, vocabulary, vocabulary);
  const task = languageTask(model, { maxBatch: 20, labelSmoothing: 0, padId: vocabulary.pad });
  const trainer = await Trainer.create(device(), task, {
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.98, epsilon: 1e-9 },
    schedule: { kind: 'constant', rate: 0.03 },
    startup: 'quick',
  });
  await trainer.train(new BatchIterator(encoded, { batchSize: 20, epochs: 8 }));
  const named = await trainer.parameters.read();
  trainer.dispose();
  const tensors = [...named].map(
    ([name, { shape, data }]) => [name, storeFloat32(name, shape, data)] as const,
  );
  const files = {
    'model.json': writeLanguageDescription({ model, vocabulary, text: RAW_TEXT }),
    'model.safetensors': writeSafetensors(new Map(tensors)),
  };
  const options = { device: device(), kinds: [bigram], decoding: { kind: 'greedy' } } as const;
  const writer = await Writer.load(files, options);
  expect((await writer.write('seven')).text).toMatch(/^seven eight one two/);

  // The other way round now.
  const down = pairs.map(({ target }) => target.toReversed().join(' '));
  const tuned = await fineTune(writer, { learningRate: 0.03 });
  await tuned.train(down, { epochs: 12 });
  const counts = await Writer.load(await tuned.save(), options);
  expect((await counts.write('seven')).text).toMatch(/^seven six five/);
  for (const made of [tuned, counts, writer]) made.dispose();
  const other = { ...options, kinds: [] };
  await expect(Writer.load(files, other)).rejects.toThrow(
    "no imported kind of model is called 'bigram'",
  );
});
