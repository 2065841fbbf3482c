/** Language models: each cell learns a small language, and goes on from prompts as its logits say. */

import { DisposedError, InputError, OptionError, ShapeError, Writer } from 'qkv';
import { Decoder, type Decoding, promptBatch, sampling } from 'qkv/generate';
import { compileGraph, dim, Program, trace } from 'qkv/graph';
import { storeFloat32, writeSafetensors } from 'qkv/io';
import { recurrentLanguage, recurrentLanguageModel, writeLanguageDescription } from 'qkv/models';
import { PARAMETERS, parameterScope, parameterStates, unpackArena } from 'qkv/nn';
import { type Batch, makeBatch, vocabularyOf } from 'qkv/text';
import { languageTask, Trainer } from 'qkv/train';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { sampled } from '../support/sample';
import { TINY_OPTIONS, VOCABULARY } from '../support/smallTraining';

const device = useDevice();
const IDS = { pad: 0, bos: 1, eos: 2 };
const FIRST = 4;

/** Sentences go up by one from anywhere to the last id: 7 8 9 10 11. */
const upFrom = (start: number) => Array.from({ length: VOCABULARY - start }, (_, i) => start + i);
const sentences = Array.from({ length: VOCABULARY - FIRST }, (_, i) => upFrom(FIRST + i));
const batch = makeBatch(sentences.map((target) => ({ source: [], target })));

async function trained(cell: 'tanh' | 'gru' | 'lstm', steps = 150) {
  const model = recurrentLanguageModel({
    vocabulary: VOCABULARY,
    cell,
    embeddingSize: 24,
    hiddenSize: 24,
    tied: true,
    maxLength: 12,
  });
  const trainer = await Trainer.create<Batch>(
    device(),
    languageTask(model, { ...TINY_OPTIONS, labelSmoothing: 0 }),
    { ...TINY_OPTIONS, schedule: { kind: 'constant', rate: 0.02 } },
  );
  await trainer.train(Array.from({ length: steps }, () => batch));
  const decoderOf = (decoding: Decoding = { kind: 'greedy' }, stepsPerSubmit = 4) =>
    Decoder.create(device(), model, trainer.layout, trainer.states, {
      maxBatch: 4,
      ids: IDS,
      decoding,
      decodings: [sampling],
      stepsPerSubmit,
    });
  return { model, trainer, decoderOf };
}

describe.each(sampled(['lstm', 'gru', 'tanh'] as const, 3))('a language model of %s', (cell) => {
  it('learns a language, and goes on from prompts of any length', async () => {
    const { trainer, decoderOf } = await trained(cell);
    const { loss } = await trainer.evaluate([batch]);
    // Only the first of a sentence's 2 to 9 tokens is open, to one in 8: ln 8 in 5.5 tokens.
    expect(loss).toBeGreaterThan(Math.log(8) / 5.5 - 0.01);
    expect(loss).toBeLessThan(Math.log(8) / 5.5 + 0.1);

    const decoder = await decoderOf();
    const prompts = [[7], [5, 6, 7, 8], [11], [9, 10]];
    const { source, lengths } = promptBatch(prompts, IDS);
    const seen: (readonly number[])[] = [];
    const result = await decoder.decode(source, lengths, {
      onIds: (ids) => seen.push(ids[0] ?? []),
    });
    expect(result.map(([best]) => best)).toMatchObject([
      { ids: [8, 9, 10, 11], finished: true },
      { ids: [9, 10, 11], finished: true },
      { ids: [], finished: true },
      { ids: [11], finished: true },
    ]);
    // Streamed: what was told earlier stays.
    expect(seen.length).toBeGreaterThan(1);
    for (const ids of seen) expect([8, 9, 10, 11].slice(0, ids.length)).toEqual(ids);
    decoder.dispose();

    // Without a prompt, samples are sentences of the language.
    const sampler = await decoderOf({ kind: 'sample', temperature: 0.5, count: 20 });
    const nothing = promptBatch([[]], IDS);
    const [made = []] = await sampler.decode(nothing.source, nothing.lengths, { seed: 4 });
    const isSentence = made.filter(({ ids }) => ids.join() === upFrom(ids[0] ?? 0).join());
    expect(isSentence.length).toBeGreaterThanOrEqual(16);
    expect(new Set(made.map(({ ids }) => ids[0])).size).toBeGreaterThan(2);
    sampler.dispose();
    trainer.dispose();
  });

  it('says greedily what its logits over the whole sequence say, step by step', async () => {
    // Hardly trained, so that it says something odd.
    const { model, trainer, decoderOf } = await trained(cell, 12);
    const decoder = await decoderOf({ kind: 'greedy' }, 1);
    for (const prompt of [[], [5], [9, 4, 4]]) {
      const { source, lengths } = promptBatch([prompt], IDS);
      const [[best] = []] = await decoder.decode(source, lengths);
      const said = [...(best?.ids ?? []), ...(best?.finished ? [IDS.eos] : [])].slice(0, 8);
      expect(said).toEqual(await stepByStep(model, trainer, prompt, said.length));
    }
    decoder.dispose();
    trainer.dispose();
  });
});

/** The likeliest next tokens, each from the logits of the whole sequence so far. */
async function stepByStep(
  model: ReturnType<typeof recurrentLanguageModel>,
  { layout, states }: Trainer<Batch>,
  prompt: readonly number[],
  count: number,
): Promise<readonly number[]> {
  const graph = trace(
    (inputs, state) => {
      const scope = parameterScope(layout, state);
      return { outputs: { logits: model.logits(scope, { targetInput: inputs('tokens') }) } };
    },
    {
      inputs: { tokens: { dtype: 'i32', shape: [1, dim('T', 12)] } },
      states: parameterStates(layout),
    },
  );
  const program = await Program.create(device(), compileGraph(graph), states);
  const made: number[] = [];
  while (made.length < count) {
    const tokens = Int32Array.of(IDS.bos, ...prompt, ...made);
    program.run({ tokens: { shape: [1, tokens.length], data: tokens } });
    const { logits } = await program.read('logits');
    const row = [...logits.data.slice((tokens.length - 1) * VOCABULARY).slice(0, VOCABULARY)];
    row[IDS.pad] = row[IDS.bos] = Number.NEGATIVE_INFINITY;
    made.push(row.indexOf(Math.max(...row)));
  }
  program.dispose();
  return made;
}

describe('a writer', () => {
  it('goes on from a text with a stored model, token by token', async () => {
    const { model, trainer } = await trained('gru');
    const special = ['<pad>', '<bos>', '<eos>', '<unk>'];
    const vocabulary = vocabularyOf([...special, ...'abcdefgh']);
    const text = { unknown: 'error', case: 'cased', tokenised: false, unit: 'character' } as const;
    const arena = unpackArena(trainer.layout, await trainer.states.read(PARAMETERS));
    const tensors = [...arena].map(
      ([name, { shape, data }]) => [name, storeFloat32(name, shape, data, 'F16')] as const,
    );
    trainer.dispose();
    const files = {
      'model.json': writeLanguageDescription({ model, vocabulary, text }),
      'model.safetensors': writeSafetensors(new Map(tensors), new Map()),
    };
    const writer = await Writer.load(files, {
      device: device(),
      kinds: [recurrentLanguage],
      decoding: { kind: 'greedy' },
    });
    const told: string[] = [];
    const written = await writer.write('de', { onToken: (token) => told.push(token) });
    expect(written).toMatchObject({ text: 'defgh', tokens: ['f', 'g', 'h'], finished: true });
    expect(told).toEqual(written.tokens);
    const both = await Promise.all([writer.write('g'), writer.write('abc')]);
    expect(both.map((one) => one.text)).toEqual(['gh', 'abcdefgh']);
    await expect(writer.write('xyz')).rejects.toThrow(InputError);
    await expect(writer.write('a'.repeat(12))).rejects.toThrow(/at most 11; shorten or split it/);
    writer.dispose();
    writer.dispose();
    await expect(writer.write('a')).rejects.toThrow(DisposedError);
  });
});

describe('prompts', () => {
  it('come after bos, padded', () => {
    expect(promptBatch([[5, 6], []], IDS)).toEqual({
      source: { shape: [2, 3], data: Int32Array.of(1, 5, 6, 1, 0, 0) },
      lengths: { shape: [2], data: Int32Array.of(3, 1) },
    });
  });

  it('are refused when nothing can come after them', async () => {
    for (const id of [0, 1, 2]) expect(() => promptBatch([[5, id]], IDS)).toThrow(InputError);
    const { trainer, decoderOf } = await trained('gru', 0);
    const decoder = await decoderOf();
    const long = promptBatch([new Array<number>(12).fill(5)], IDS);
    await expect(decoder.decode(long.source, long.lengths)).rejects.toThrow(ShapeError);
    decoder.dispose();
    trainer.dispose();
  });
});

it('a tied output needs vectors of the size of states', () => {
  const options = { vocabulary: 9, embeddingSize: 8, hiddenSize: 12, tied: true };
  expect(() => recurrentLanguageModel(options)).toThrow(OptionError);
});
