/** The loss of a device: told, a typed error whatever rejects first, and models that come back in place. */
import {
  AbortedError,
  DeviceLostError,
  DisposedError,
  type LoadOptions,
  type LoadProgress,
  openDevice,
  Translator,
  WordVectors,
} from 'qkv';
import { random } from 'qkv/cpu';
import { transformer } from 'qkv/models';
import { describe, expect, it } from 'vitest';
import { useCountingGpu } from '../support/countingGpu';
import { serving } from '../support/modelServer';
import { outcome } from '../support/outcome';
import { inFull, sampled } from '../support/sample';
import { TINY_SENTENCE, tinyTransformer } from '../support/tinyModels';

const FILES = tinyTransformer();
const counting = useCountingGpu();

const load = (options: Partial<LoadOptions> = {}) =>
  Translator.load(FILES, { gpu: counting.gpu, kinds: [transformer], ...options });

/** As a driver that crashed. */
const lose = (translator: { readonly device: { readonly gpu: GPUDevice } }) =>
  translator.device.gpu.destroy();

describe('the loss of a device', () => {
  it('is told by a promise, which an end by dispose is not', async () => {
    const lost = await load();
    const ended = await load();
    const told: string[] = [];
    lost.lost.then((error) => told.push(error.name));
    ended.lost.then(() => told.push('ended'));
    ended.dispose();
    lose(lost);
    expect(await lost.lost).toBeInstanceOf(DeviceLostError);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(told).toEqual(['DeviceLostError']);
    lost.dispose();
  });

  it('at any time of a load is a DeviceLostError', async () => {
    const events: string[] = [];
    counting.onStep = (step) => events.push(step);
    const whole = await load({ onProgress: ({ stage }) => events.push(stage) });
    whole.dispose();
    const first = events.indexOf('device') + 1;
    const source = random(8);
    for (let i = 0; i < inFull(12, 5); i++) {
      const at = first + 1 + source.below(events.length - first - 1);
      let count = 0;
      const adapter = await counting.gpu.requestAdapter();
      const device = await adapter!.requestDevice();
      const step = () => {
        if (++count === at - first) device.destroy();
      };
      counting.onStep = step;
      // Near its end nothing of a load waits for the device any more: the first call tells of the loss.
      const error = await outcome(
        load({ device, onProgress: step }).then((loaded) =>
          loaded.translate(TINY_SENTENCE).finally(() => loaded.dispose()),
        ),
      );
      counting.onStep = () => undefined;
      device.destroy();
      expect(error).toBeInstanceOf(DeviceLostError);
    }
  });

  it.each(sampled([0, 1, 2, 5, 10, 20], 2))(
    'in a call, %i turns after it began, is one',
    async (turns) => {
      const translator = await load();
      // More than are done meanwhile.
      const calls = Array.from({ length: 12 }, () => translator.translate(TINY_SENTENCE));
      const all = Promise.all(calls.map(outcome));
      for (let i = 0; i < turns; i++) await new Promise((next) => setImmediate(next));
      lose(translator);
      const results = await all;
      expect(results.at(-1)).toBeInstanceOf(DeviceLostError);
      for (const result of results) {
        if (result !== 'resolved') expect(result).toBeInstanceOf(DeviceLostError);
      }
      expect(await outcome(translator.translate(TINY_SENTENCE))).toBeInstanceOf(DeviceLostError);
      translator.dispose();
      translator.dispose();
      expect(await outcome(translator.translate(TINY_SENTENCE))).toMatchObject({
        code: expect.stringMatching(/device-lost|disposed/),
      });
    },
  );

  it('of a device that was lost before it was handed in is one', async () => {
    const device = await openDevice({ gpu: counting.gpu });
    device.gpu.destroy();
    await device.lost;
    expect(await outcome(load({ device }))).toBeInstanceOf(DeviceLostError);
    expect(await outcome(load({ device: device.gpu }))).toBeInstanceOf(DeviceLostError);
    device.dispose();
  });
});

describe('revive()', () => {
  it('gives the same answers again, on a new device, with progress', async () => {
    const translator = await load();
    const { memory } = translator;
    const before = await translator.translate(TINY_SENTENCE);
    const { lost } = translator;
    await translator.revive();
    expect(counting.counts.devices).toBe(1);
    lose(translator);
    await lost;
    const seen: LoadProgress[] = [];
    const reviving = translator.revive({ onProgress: (progress) => seen.push(progress) });
    // Two at once are one.
    const { opened } = counting.counts;
    await Promise.all([reviving, translator.revive()]);
    expect(counting.counts.opened).toBe(opened + 1);
    expect(seen.at(-1)).toMatchObject({ stage: 'ready', fraction: 1 });
    expect(translator.memory).toEqual(memory);
    expect(translator.lost).not.toBe(lost);
    const after = await translator.translate(TINY_SENTENCE);
    expect(after.hypotheses).toEqual(before.hypotheses);
    expect(counting.counts.devices).toBe(1);
    translator.dispose();
    expect(await outcome(translator.revive())).toBeInstanceOf(DisposedError);
  });

  it('is done by itself at the next call when the option says so, time and again', async () => {
    const translator = await load({ revive: true });
    const { hypotheses } = await translator.translate(TINY_SENTENCE);
    for (let i = 0; i < 2; i++) {
      const { lost } = translator;
      lose(translator);
      await lost;
      const calls = [translator.translate(TINY_SENTENCE), translator.translate(TINY_SENTENCE)];
      for (const call of calls) expect((await call).hypotheses).toEqual(hypotheses);
    }
    expect(counting.counts.devices).toBe(1);
    translator.dispose();
  });

  it('takes a new device of the caller, or opens one; the caller keeps its own', async () => {
    const [first, second] = [
      await openDevice({ gpu: counting.gpu }),
      await openDevice({ gpu: counting.gpu }),
    ];
    const translator = await load({ device: first });
    const { hypotheses } = await translator.translate(TINY_SENTENCE);
    // Also while the old one is there.
    await translator.revive({ device: second });
    expect((await translator.translate(TINY_SENTENCE)).hypotheses).toEqual(hypotheses);
    expect(first.liveBuffers).toBe(0);
    await translator.revive({ device: first });
    first.gpu.destroy();
    await translator.lost;
    await translator.revive({ device: second });
    expect(first.liveBuffers).toBe(0);
    expect(second.liveBytes).toBe(translator.memory.live);
    expect((await translator.translate(TINY_SENTENCE)).hypotheses).toEqual(hypotheses);
    second.gpu.destroy();
    await translator.lost;
    await translator.revive();
    expect((await translator.translate(TINY_SENTENCE)).hypotheses).toEqual(hypotheses);
    translator.dispose();
    expect([first.liveBuffers, second.liveBuffers]).toEqual([0, 0]);
    first.dispose();
    second.dispose();
  });

  it('fetches an address again, and can be tried again when that fails', async () => {
    let requests = 0;
    let isDown = false;
    const translator = await serving(
      (name, response) => {
        requests++;
        const file = name === 'model.json' ? FILES['model.json'] : FILES['model.safetensors'];
        if (isDown) response.writeHead(503).end();
        else response.end(file);
      },
      async (url) => {
        const loaded = await Translator.load(url, { gpu: counting.gpu, kinds: [transformer] });
        const { hypotheses } = await loaded.translate(TINY_SENTENCE);
        expect(requests).toBe(2);
        lose(loaded);
        await loaded.lost;
        isDown = true;
        expect(await outcome(loaded.revive())).toMatchObject({ code: 'download', status: 503 });
        expect(await outcome(loaded.translate(TINY_SENTENCE))).toBeInstanceOf(DeviceLostError);
        isDown = false;
        await loaded.revive();
        expect((await loaded.translate(TINY_SENTENCE)).hypotheses).toEqual(hypotheses);
        expect(requests).toBe(6);
        return loaded;
      },
    );
    translator.dispose();
  });

  it('ends with an abort or a dispose, and leaves nothing', async () => {
    const translator = await load();
    lose(translator);
    await translator.lost;
    const controller = new AbortController();
    counting.onStep = (step) => step === 'pipeline' && controller.abort();
    const { signal } = controller;
    expect(await outcome(translator.revive({ signal }))).toBeInstanceOf(AbortedError);
    await counting.settled();
    expect(counting.counts).toMatchObject({ devices: 0, buffers: 0 });
    counting.onStep = (step) => step === 'pipeline' && translator.dispose();
    expect(await outcome(translator.revive())).toBeInstanceOf(DisposedError);
    counting.onStep = () => undefined;
    expect(await outcome(translator.revive())).toBeInstanceOf(DisposedError);
  });

  it('brings word vectors back without reading them again', async () => {
    let reads = 0;
    const text = 'man 1 0 0\nking 1 0 1\nwoman 0 1 0\nqueen 0 1 1\n';
    const fetch: typeof globalThis.fetch = async () => {
      reads++;
      return new Response(text);
    };
    const seen: LoadProgress[] = [];
    const vectors = await WordVectors.load('vectors.txt', {
      gpu: counting.gpu,
      fetch,
      revive: true,
      onProgress: (progress) => seen.push(progress),
    });
    const fractions = seen.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toMatchObject({ stage: 'ready', fraction: 1 });
    expect(seen.find(({ gpuBytes }) => gpuBytes !== undefined)?.gpuBytes).toBe(vectors.memory.live);
    const nearest = await vectors.nearest('man', 2);
    const { lost } = vectors;
    lose(vectors);
    await lost;
    expect(await vectors.nearest('man', 2)).toEqual(nearest);
    expect(reads).toBe(1);
    vectors.dispose();
    expect(await outcome(vectors.nearest('man', 2))).toBeInstanceOf(DisposedError);
  });

  it('of word vectors on a device of the caller leaves that to the caller', async () => {
    const device = await openDevice({ gpu: counting.gpu });
    const own = { words: ['a', 'b'], vectors: { shape: [2, 1], data: Float32Array.of(1, -1) } };
    const [one, two] = [
      await WordVectors.create(device, own),
      await WordVectors.create(device, own),
    ];
    const running = outcome(one.nearest('a', 1));
    const going = two.nearest('a', 1);
    one.dispose();
    expect(await running).toBeInstanceOf(DisposedError);
    expect(await going).toMatchObject([{ word: 'b' }]);
    two.dispose();
    expect(device.liveBuffers).toBe(0);
    device.dispose();
  });
});
