/** Loaded models in use: several on one device, decoders that are bounded, what cannot be translated. */
import {
  AbortedError,
  type Device,
  DisposedError,
  type FileSource,
  type LoadOptions,
  loadModel,
  openDevice,
  Translator,
  Writer,
} from 'qkv';
import { beamSearch, sampling } from 'qkv/generate';
import { bahdanau, quantised, transformer } from 'qkv/models';
import { bytePairs, SubwordCodec } from 'qkv/text';
import { describe, expect, it } from 'vitest';
import { useCountingGpu } from '../support/countingGpu';
import { outcome } from '../support/outcome';
import { TINY_SENTENCE, tinyBahdanau, tinyTransformer } from '../support/tinyModels';

const FILES = tinyTransformer();
const counting = useCountingGpu();

const load = (source: FileSource = FILES, options: Partial<LoadOptions> = {}) =>
  Translator.load(source, { gpu: counting.gpu, kinds: [transformer], ...options });

describe('several models on one device', () => {
  const kinds = [transformer, bahdanau];
  const makes: readonly (readonly [string, (device: Device | GPUDevice) => Promise<Translator>])[] =
    [
      ['transformer', (device) => load(tinyTransformer(2), { device, kinds })],
      ['bahdanau', (device) => load(tinyBahdanau(3), { device, kinds })],
    ];

  it('go on whichever is disposed first, also in the middle of a call', async () => {
    const device = await openDevice({ gpu: counting.gpu });
    for (const i of [0, 1]) {
      const models = [await makes[0]![1](device), await makes[1]![1](device)];
      const expected: readonly unknown[] = [
        (await models[0]!.translate(TINY_SENTENCE)).hypotheses,
        (await models[1]!.translate(TINY_SENTENCE)).hypotheses,
      ];
      const bytes = models.map(({ memory }) => memory.live);
      expect(device.liveBytes).toBe(bytes[0]! + bytes[1]!);
      const [first, other] = [models[i]!, models[1 - i]!];
      for (const ticks of [0, 1, 3, 10, 30]) {
        const again = await makes[i]![1](device);
        expect((await again.translate(TINY_SENTENCE)).hypotheses).toEqual(expected[i]);
        // More than are done meanwhile.
        const ending = Array.from({ length: 12 }, () => outcome(again.translate(TINY_SENTENCE)));
        const going = other.translate(TINY_SENTENCE);
        for (let tick = 0; tick < ticks; tick++) await new Promise((next) => setImmediate(next));
        again.dispose();
        again.dispose();
        const errors = await Promise.all(ending);
        expect(errors.at(-1)).toBeInstanceOf(DisposedError);
        expect(errors.at(-1)).toMatchObject({ message: /translator was disposed/ });
        expect((await going).hypotheses).toEqual(expected[1 - i]);
        expect(again.memory.live).toBe(0);
        expect(device.liveBytes).toBe(bytes[0]! + bytes[1]!);
      }
      first.dispose();
      expect((await other.translate(TINY_SENTENCE)).hypotheses).toEqual(expected[1 - i]);
      expect(device.liveBytes).toBe(bytes[1 - i]);
      other.dispose();
      expect([device.liveBuffers, device.liveBytes]).toEqual([0, 0]);
      expect(counting.counts).toMatchObject({ devices: 1, buffers: 0 });
    }
    device.dispose();
  });

  it("live on a GPUDevice of the app's, which is never destroyed", async () => {
    const adapter = await counting.gpu.requestAdapter();
    const gpuDevice = await adapter!.requestDevice();
    const models = [await makes[0]![1](gpuDevice), await makes[1]![1](gpuDevice)];
    for (const model of models) await model.translate(TINY_SENTENCE);
    models[0]!.dispose();
    await models[1]!.translate(TINY_SENTENCE);
    models[1]!.dispose();
    const failed = { device: gpuDevice, kinds: [] };
    expect(await outcome(load(FILES, failed))).toMatchObject({ code: 'option' });
    expect(counting.counts).toMatchObject({ devices: 1, buffers: 0 });
    gpuDevice.destroy();
  });
});

describe('decoders', () => {
  const decodings = [beamSearch, sampling];

  it('are bounded, and temperature is no part of them', async () => {
    const translator = await load(FILES, { decodings });
    const say = (temperature: number, topK: number) =>
      translator.translate(TINY_SENTENCE, {
        decoding: { kind: 'sample', temperature, topK },
        seed: 4,
      });
    const one = await say(0.5, 3);
    const { memory } = translator;
    const pipelines = translator.device.pipelines.size;
    for (let i = 1; i <= 10; i++) await say(i / 3, 3);
    expect(translator.memory).toEqual(memory);
    expect(translator.device.pipelines.size).toBe(pipelines);
    expect((await say(0.5, 3)).hypotheses).toEqual(one.hypotheses);

    const sizes: number[] = [];
    for (let topK = 1; topK <= 9; topK++) {
      await say(1, topK);
      sizes.push(translator.memory.planned);
    }
    // Three beside the greedy one, of about the same size each.
    const each = sizes[1]! - sizes[0]!;
    expect(Math.max(...sizes)).toBeLessThan(sizes[0]! + 3 * each);
    expect(sizes.at(-1)).toBeLessThanOrEqual(sizes[3]! + 100);
    const greedy = await translator.translate(TINY_SENTENCE);
    expect(greedy.hypotheses).toHaveLength(1);
    translator.dispose();
  });

  it('that were not handed in are refused by name, and leave all as it was', async () => {
    const translator = await load();
    const { memory } = translator;
    const ask = (decoding: unknown) =>
      outcome(translator.translate(TINY_SENTENCE, { decoding: decoding as { kind: 'greedy' } }));
    for (const [decoding, message] of [
      [{ kind: 'beam', width: 4 }, /import { beamSearch } from 'qkv\/generate'/],
      [{ kind: 'sample' }, /import { sampling } from 'qkv\/generate'/],
      [{ kind: 'greedy', scores: true }, /import { scoredGreedy } from 'qkv\/generate'/],
      [{ kind: 'greedy', score: true }, /unknown option 'score'/],
      [{ kind: 'magic', x: 1 }, /unknown kind 'magic'; known: greedy, beam, sample/],
      [{ kind: 'constructor' }, /unknown kind 'constructor'/],
      ['beam', /expected an object like .*, found 'beam'/],
      [null, /found null/],
    ] as const) {
      expect(await ask(decoding)).toMatchObject({
        code: 'option',
        message: expect.stringMatching(message),
      });
    }
    expect(translator.memory).toEqual(memory);
    translator.dispose();
  });

  it('being compiled are not waited for by who aborts', async () => {
    const translator = await load(FILES, { decodings });
    const controller = new AbortController();
    counting.onStep = (step) => step === 'pipeline' && controller.abort();
    const decoding = { kind: 'beam', width: 3 } as const;
    const { signal } = controller;
    const error = await outcome(translator.translate(TINY_SENTENCE, { decoding, signal }));
    expect(error).toBeInstanceOf(AbortedError);
    counting.onStep = () => undefined;
    const { hypotheses } = await translator.translate(TINY_SENTENCE, { decoding });
    expect(hypotheses).toHaveLength(1);
    translator.dispose();
  });
});

describe('a model that was loaded', () => {
  it('serves a translator, which is nothing more than a view of it', async () => {
    const model = await loadModel(FILES, { gpu: counting.gpu, kinds: [transformer] });
    const [one, two] = [new Translator(model), new Translator(model)];
    const { hypotheses } = await one.translate(TINY_SENTENCE);
    expect((await two.translate(TINY_SENTENCE)).hypotheses).toEqual(hypotheses);
    expect(() => new Writer(model)).toThrow(/'transformer' is not a language model/);
    expect(
      await outcome(Writer.load(FILES, { gpu: counting.gpu, kinds: [transformer] })),
    ).toMatchObject({
      code: 'option',
      message: expect.stringContaining('load transformer as a translation model'),
    });
    one.dispose();
    expect(await outcome(two.translate(TINY_SENTENCE))).toBeInstanceOf(DisposedError);
  });

  it('of fewer bits takes fewer bytes', async () => {
    counting.pretendsToCompile = true;
    const bytes: number[] = [];
    for (const dtype of ['f32', 'f16', 'int8', 'int4'] as const) {
      const translator = await load(FILES, { dtype, formats: [quantised] });
      bytes.push(translator.memory.planned);
      translator.dispose();
    }
    expect(bytes).toEqual(bytes.toSorted((a, b) => b - a));
    expect(new Set(bytes).size).toBe(4);
  });

  it('of byte pairs reads words that nobody foresaw', async () => {
    const codec = SubwordCodec.train([['a', 'c', 'e']], 264);
    const files = tinyTransformer(4, codec);
    expect(await outcome(load(files))).toMatchObject({
      code: 'option',
      message: expect.stringContaining("import { bytePairs } from 'qkv/text'"),
    });
    await counting.settled();
    const translator = await load(files, { codecs: [bytePairs] });
    expect((await translator.translate('aqc')).sourceTokens.join('')).toBe('aqc');
    translator.dispose();
  });
});

it('what is no text is refused as an empty one is, naming words that are unknown', async () => {
  const translator = await load();
  for (const text of ['', '  ', null, undefined, 5]) {
    const error = await outcome(translator.translate(text as string));
    expect(error).toMatchObject({ code: 'input', words: [] });
    expect(String(error)).toContain('type at least one word');
  }
  const error = await outcome(translator.translate('a zyzzyva c qat zyzzyva'));
  expect(error).toMatchObject({ code: 'input', words: ['zyzzyva', 'qat'] });
  const strange = { temperature: 1 } as unknown as { seed: number };
  expect(await outcome(translator.translate('a', strange))).toMatchObject({ code: 'option' });
  translator.dispose();
});
