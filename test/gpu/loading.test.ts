/** The life of a load: what it tells, what it takes, and that nothing is left of one that ends early. */
import {
  AbortedError,
  type Device,
  DisposedError,
  DownloadError,
  type FileSource,
  type LoadOptions,
  type LoadProgress,
  openDevice,
  QkvError,
  Translator,
} from 'qkv';
import { random } from 'qkv/cpu';
import { transformer } from 'qkv/models';
import { describe, expect, it } from 'vitest';
import { useCountingGpu } from '../support/countingGpu';
import { FOLDER, only, page, plain, serving, slow, untold } from '../support/modelServer';
import { outcome } from '../support/outcome';
import { inFull } from '../support/sample';
import { TINY_SENTENCE, tinyBahdanau, tinyTransformer } from '../support/tinyModels';

const FILES = tinyTransformer();
const LOADS = inFull(50, 18);
/** One load in so many compiles its kernels. */
const REAL = 8;
const NOTHING = { devices: 0, buffers: 0 };

const counting = useCountingGpu();

const load = (source: FileSource = FILES, options: Partial<LoadOptions> = {}) =>
  Translator.load(source, { gpu: counting.gpu, kinds: [transformer], ...options });

/** The events of a load that goes to its end, by number: where another may end. */
async function countEvents(options: Partial<LoadOptions> = {}): Promise<number> {
  let events = 0;
  counting.pretendsToCompile = true;
  counting.onStep = (name) => {
    if (name !== 'buffer') events++;
  };
  const translator = await load(FILES, { ...options, onProgress: () => events++ });
  counting.onStep = () => undefined;
  counting.pretendsToCompile = false;
  translator.dispose();
  return events;
}

/** Loads so that something happens at an event. */
function loadUntil(at: number, happens: () => void, options: Partial<LoadOptions> = {}) {
  let events = 0;
  const step = () => {
    if (++events === at) happens();
  };
  counting.onStep = (name) => {
    // Nothing of an app's runs while a buffer is made.
    if (name !== 'buffer') step();
  };
  return outcome(load(FILES, { ...options, onProgress: step }));
}

describe('a load', () => {
  const told = async (source: FileSource, options: Partial<LoadOptions> = {}) => {
    const seen: (LoadProgress & { readonly buffers: number })[] = [];
    const translator = await load(source, {
      ...options,
      onProgress: (progress) => seen.push({ ...progress, buffers: counting.counts.buffers }),
    });
    const { memory } = translator;
    translator.dispose();
    return { seen, memory };
  };

  it.each([
    ['a server that tells sizes', plain, true],
    ['a slow server', slow, true],
    ['a server that tells none', untold, false],
  ] as const)('from %s: progress grows, and is 1 at the end alone', async (_, answer, isKnown) => {
    counting.pretendsToCompile = answer !== plain;
    await serving(answer, async (url) => {
      const { seen, memory } = await told(url);
      const fractions = seen.map(({ fraction }) => fraction);
      expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
      expect(fractions.filter((fraction) => fraction >= 1)).toEqual([1]);
      expect(seen.at(-1)).toMatchObject({ stage: 'ready', fraction: 1 });
      const downloads = seen.filter(({ stage }) => stage === 'download');
      const total = downloads.at(-1)?.done;
      // From the first report on, before any byte.
      expect(downloads[0]).toMatchObject({ done: 0, total: isKnown ? total : undefined });
      expect(new Set(downloads.map((one) => one.total))).toEqual(
        new Set([isKnown ? total : undefined]),
      );
      // What the GPU will hold is told while it holds nothing.
      const planned = seen.findIndex(({ gpuBytes }) => gpuBytes !== undefined);
      expect(seen[planned]).toMatchObject({ buffers: 0, gpuBytes: memory.planned });
      expect(seen.slice(0, planned).every(({ buffers }) => buffers === 0)).toBe(true);
      expect(memory.live).toBe(memory.planned);
    });
  });

  it('from a folder, a URL, its files and its bytes translates the same', async () => {
    const { readFile } = await import('node:fs/promises');
    const names = ['model.json', 'model.safetensors'];
    const bytes = await Promise.all(names.map((name) => readFile(`${FOLDER}/${name}`)));
    const files = names.map((name, i) => new File([new Uint8Array(bytes[i]!)], name));
    const device = await openDevice({ gpu: counting.gpu });
    const targets = await serving(plain, async (url) => {
      const sources: readonly FileSource[] = [
        FOLDER,
        new URL(`${url}?v=3`),
        files,
        Object.fromEntries(names.map((name, i) => [name, bytes[i]!])),
      ];
      const all: string[] = [];
      for (const source of sources) {
        const translator = await load(source, { device });
        all.push((await translator.translate('the dog eats the apple')).target);
        translator.dispose();
      }
      return all;
    });
    expect(new Set(targets)).toEqual(new Set(['le chien mange la pomme']));
    device.dispose();
  });

  it('names what was not handed in, and what is wrong', async () => {
    const int8 = { dtype: 'int8' } as const;
    const unknown = { onprogress: 1 } as Partial<LoadOptions>;
    const page1 = async () => serving(page, (url) => load(url));
    const page2 = async () => serving(only('model.safetensors', page), (url) => load(url));
    const cases: readonly (readonly [() => Promise<unknown>, string, RegExp])[] = [
      [
        () => load(tinyBahdanau()),
        'option',
        /called 'bahdanau'; imported: transformer; import others from 'qkv\/models'/,
      ],
      [() => load(FILES, int8), 'option', /import { quantised } from 'qkv\/models'/],
      [() => load(FILES, { dtype: 'int3' as 'int8' }), 'option', /found 'int3'/],
      [() => load(FILES, { arithmetic: 'f16' }), 'option', /needs parameters stored as f16/],
      [() => load(FILES, unknown), 'option', /unknown option 'onprogress'; known: device/],
      [() => load(FILES, { kinds: undefined as never }), 'option', /kinds must be an array/],
      [() => load(FILES, { device: {} as Device }), 'option', /Device or a GPUDevice, found {}/],
      [() => load(null as never), 'option', /source: expected an address/],
      [() => Translator.load(FILES, null as never), 'option', /object of options, found null/],
      [
        () => load({ ...FILES, 'model.json': '<!doctype html>' }),
        'format',
        /expected JSON, found "<!doctype/,
      ],
      [page1, 'download', /model.json: expected a file, .* 200 with a web page/],
      [page2, 'download', /model.safetensors: expected a file, .* 200 with a web page/],
      [() => load({ ...FILES, 'model.safetensors': '<html>' }), 'format', /model.safetensors: /],
      [() => load({ 'model.json': FILES['model.json'] }), 'option', /model.safetensors is missing/],
    ];
    for (const [work, code, message] of cases) {
      const error = await outcome(work());
      expect(error).toBeInstanceOf(QkvError);
      expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
      await counting.settled();
    }
    await serving(plain, async (url) => {
      const error = await outcome(load(`${url}none/`, { fetch: (at) => fetch(`${at}.missing`) }));
      expect(error).toBeInstanceOf(DownloadError);
      expect(error).toMatchObject({ status: 404, url: `${url}none/model.json` });
    });
  });

  it('without an adapter asks for no more of the files', async () => {
    let sent = 0;
    const counted = only('model.safetensors', (name, response, query) => {
      const write = response.write.bind(response);
      response.write = (chunk: Uint8Array) => {
        sent++;
        return write(chunk);
      };
      slow(name, response, query);
    });
    await serving(counted, async (url) => {
      const none = { requestAdapter: async () => null } as unknown as GPU;
      expect(await outcome(load(url, { gpu: none }))).toMatchObject({ code: 'device' });
      const before = sent;
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(sent - before).toBeLessThanOrEqual(1);
    });
  });
});

describe('nothing is left', () => {
  it(`of ${LOADS} aborted loads`, async () => {
    const events = await countEvents();
    const source = random(5);
    const ends = new Set<number>();
    for (let i = 0; i < LOADS; i++) {
      const controller = new AbortController();
      const at = 1 + source.below(events);
      ends.add(at);
      counting.pretendsToCompile = i % REAL !== 0;
      const error = await loadUntil(at, () => controller.abort('enough'), {
        signal: controller.signal,
      });
      expect(error, `event ${at} of ${events}`).toBeInstanceOf(AbortedError);
      expect(error).toMatchObject({ cause: 'enough' });
      await counting.settled();
      expect(counting.counts).toMatchObject(NOTHING);
    }
    expect(ends.size).toBeGreaterThan(0.4 * LOADS);
  });

  it(`of ${LOADS} failed loads`, async () => {
    const events = await countEvents();
    const source = random(6);
    for (let i = 0; i < LOADS; i++) {
      const at = 1 + source.below(events - 1);
      counting.pretendsToCompile = i % REAL !== 0;
      const error = await loadUntil(at, () => {
        throw new Error('no more');
      });
      expect(error, `event ${at} of ${events}`).not.toBe('resolved');
      await counting.settled();
      expect(counting.counts).toMatchObject(NOTHING);
    }
  });

  it('of loads that fail or are aborted on a device of the caller, which stays', async () => {
    const device = await openDevice({ gpu: counting.gpu });
    const kept = await load(FILES, { device });
    // With all pipelines there.
    const events = await countEvents({ device });
    const target = (await kept.translate(TINY_SENTENCE)).target;
    const [buffers, bytes] = [device.liveBuffers, device.liveBytes];
    const source = random(7);
    for (let i = 0; i < 20; i++) {
      const controller = new AbortController();
      const at = 1 + source.below(events);
      const fail = () => {
        throw new Error('no more');
      };
      const happens = i % 2 === 0 ? () => controller.abort() : fail;
      const { signal } = controller;
      expect(await loadUntil(at, happens, { device, signal })).toBeInstanceOf(Error);
      expect([device.liveBuffers, device.liveBytes]).toEqual([buffers, bytes]);
      expect(counting.counts).toMatchObject({ devices: 1, buffers });
    }
    expect((await kept.translate(TINY_SENTENCE)).target).toBe(target);
    kept.dispose();
    expect([device.liveBuffers, device.liveBytes]).toEqual([0, 0]);
    device.dispose();
  });

  it('of a load whose download fails while its shaders compile', async () => {
    const late = only('model.safetensors', (_, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('x');
      setTimeout(() => response.destroy(), 30);
    });
    await serving(late, async (url) => {
      expect(await outcome(load(url))).toMatchObject({ code: 'format' });
      await counting.settled();
    });
  });

  it('of what React mounts twice', async () => {
    /** An effect: loads, and its clean-up. */
    const mount = () => {
      const controller = new AbortController();
      const loading = load(FILES, { signal: controller.signal });
      loading.catch(() => undefined);
      return {
        loading,
        unmount: () => {
          controller.abort();
          loading.then(
            (translator) => translator.dispose(),
            () => undefined,
          );
        },
      };
    };
    const first = mount();
    first.unmount();
    const second = mount();
    expect(await outcome(first.loading)).toBeInstanceOf(AbortedError);
    const translator = await second.loading;
    await counting.settled();
    expect(counting.counts.devices).toBe(1);
    expect((await translator.translate(TINY_SENTENCE)).tokens.length).toBeGreaterThan(0);
    second.unmount();
    await expect(translator.translate(TINY_SENTENCE))
      .rejects.toThrow(AbortedError)
      .catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 1));
    await expect(translator.translate(TINY_SENTENCE)).rejects.toThrow(DisposedError);
    // Without a signal: disposed as soon as it is there.
    await load().then((loaded) => loaded.dispose());
  });
});
