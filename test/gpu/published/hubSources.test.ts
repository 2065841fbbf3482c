/** Published models from every kind of source, in fewer bits, with shorter texts, and seen from inside. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  Embedder,
  type EncoderHubOptions,
  hub,
  hubEncoder,
  InputError,
  OptionError,
  Translator,
  Writer,
} from 'qkv';
import { generationRules, publishedBeamSearch } from 'qkv/generate';
import { inspection } from 'qkv/inspect';
import { parseSafetensors, toFloat32, toInt32 } from 'qkv/io';
import { bert, gpt2, m2m100, marian, maxPooling, quantised } from 'qkv/models';
import { marianTokenizer, tokenizerJson } from 'qkv/text';
import { describe, expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import { useDevice } from '../../support/device';
import { hubFiles, hubModelsFor } from '../../support/hubModels';
import { readFixture } from '../../support/published';

const device = useDevice();
const TEXT = 'A man is riding a bicycle.';
const translating = () => ({
  device: device(),
  kinds: [marian],
  decodings: [generationRules, publishedBeamSearch],
});
const marianFiles = hubFiles('marian-en-de');
const tokenizers = [marianTokenizer];
/** What `translate` gives, greedily, of the files themselves. */
async function translated(source: Parameters<typeof hub>[0], more = {}): Promise<string> {
  const translator = await Translator.load(
    hub(source, { tokenizers, generation: { numBeams: 1 }, ...more }),
    translating(),
  );
  const { target } = await translator.translate(TEXT);
  translator.dispose();
  return target;
}

/** Serves files below a path, to those who have the key. */
async function serving(
  prefix: string,
  files: Readonly<Record<string, Uint8Array>>,
  work: (origin: string, paths: readonly string[]) => Promise<void>,
): Promise<void> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    paths.push(path);
    const file = path.startsWith(prefix) ? files[path.slice(prefix.length)] : undefined;
    const isAllowed = request.headers.authorization === 'Bearer key';
    response.writeHead(isAllowed ? (file === undefined ? 404 : 200) : 401);
    response.end(isAllowed ? file : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await work(`http://127.0.0.1:${port}`, paths);
  } finally {
    server.close();
  }
}

it('files, and a hub that asks for a key, give the same model', async () => {
  const fromFiles = await translated(marianFiles);
  expect(fromFiles).toBe('Ein Mann fährt ein Fahrrad.');
  const list = Object.entries(marianFiles).map(
    ([name, bytes]) => new File([bytes as BlobPart], name),
  );
  expect(await translated(list)).toBe(fromFiles);
  await serving('/owner/name/resolve/refs%2Fpr%2F4/', marianFiles, async (base, paths) => {
    const source = hub('owner/name', {
      ...{ tokenizers, base, revision: 'refs/pr/4' },
      generation: { numBeams: 1 },
    });
    const headers = { authorization: 'Bearer key' };
    const translator = await Translator.load(source, { ...translating(), headers });
    expect((await translator.translate(TEXT)).target).toBe(fromFiles);
    translator.dispose();
    expect(paths.every((path) => path.startsWith('/owner/name/resolve/refs%2Fpr%2F4/'))).toBe(true);
    // Nothing is read twice.
    expect(new Set(paths).size).toBe(paths.length);
    await expect(Translator.load(source, translating())).rejects.toThrow(/401/);
  });
});

it('a shorter longest text takes less memory, and refuses longer ones', async () => {
  const load = (maxLength?: number) =>
    Writer.load(
      hub(hubFiles('gpt2'), { tokenizers: [tokenizerJson], ...(maxLength && { maxLength }) }),
      { device: device(), kinds: [gpt2], decodings: [generationRules] },
    );
  const [whole, short] = [await load(), await load(12)];
  expect(short.memory.planned).toBeLessThan(whole.memory.planned);
  expect(short.memory.planned).toBe(short.memory.live);
  const { continuation = '' } = await whole.write('A man');
  const cut = await short.write('A man');
  expect(continuation.startsWith(cut.continuation ?? '-')).toBe(true);
  await expect(short.write('a b c d e f g h i j k l m n o p')).rejects.toThrow(InputError);
  await expect(short.write([{ role: 'user', content: 'Hello' }])).rejects.toThrow(OptionError);
  whole.dispose();
  short.dispose();
});

it('tokens come as they are generated, and a call can limit them', async () => {
  const source = hub(marianFiles, { tokenizers, generation: { numBeams: 1 } });
  const translator = await Translator.load(source, translating());
  const pieces: string[] = [];
  const { target } = await translator.translate(TEXT, { onToken: (text) => pieces.push(text) });
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.join('')).toBe(target);
  const { tokens } = await translator.translate(TEXT, { maxTokens: 3 });
  expect(tokens.length).toBeLessThanOrEqual(3);
  translator.dispose();
});

it('a call names the languages, where a model has several', async () => {
  const [{ rows = [], options } = {}] =
    hubModelsFor('generate').find(({ name }) => name === 'nllb')?.expected.generate ?? [];
  const { forced_bos_token_id: _, ...generation } = defined(options, 'the options of greedy');
  const source = hub(hubFiles('nllb'), { tokenizers: [tokenizerJson], generation });
  const translator = await Translator.load(source, { ...translating(), kinds: [m2m100] });
  const { text, texts } = defined(rows[0], 'row');
  const { target } = await translator.translate(text, { from: 'eng_Latn', to: 'deu_Latn' });
  expect(target).toBe(texts[0]);
  await expect(translator.translate(text, { to: 'xyz' })).rejects.toThrow(OptionError);
  translator.dispose();
  const one = await Translator.load(hub(marianFiles, { tokenizers }), translating());
  await expect(one.translate(TEXT, { from: 'en' })).rejects.toThrow(OptionError);
  one.dispose();
});

describe('in fewer bits', () => {
  // Cosines with the reference's vectors: half precision has 11 bits, of groups of 64 int8 has 8.
  it.each([
    ['f16', 0.9999],
    ['int8', 0.999],
  ] as const)('as %s, vectors stay near', async (dtype, least) => {
    const [{ expected, embeddings }] = hubModelsFor('embed') as [
      ReturnType<typeof hubModelsFor>[0],
    ];
    const embedder = await Embedder.load(
      hubEncoder(hubFiles('sentence-mean'), { tokenizers: [tokenizerJson] }),
      { device: device(), kinds: [bert], formats: [quantised], dtype },
    );
    const texts = defined(expected.embed, 'embed').texts.slice(0, 3);
    const vectors = await embedder.embedAll(texts);
    const wanted = embeddings();
    vectors.forEach((vector, i) => {
      const row = wanted.subarray(i * vector.length, (i + 1) * vector.length);
      const cosine = vector.reduce((sum, value, k) => sum + value * defined(row[k], 'value'), 0);
      expect(cosine).toBeGreaterThan(least);
    });
    embedder.dispose();
  });
});

it('the vectors inside an encoder are those of the reference', async () => {
  const embedder = await Embedder.load(
    hubEncoder(hubFiles('sentence-mean'), { tokenizers: [tokenizerJson] }),
    { device: device(), kinds: [bert], inspection },
  );
  const { inspection: inside } = embedder.resident.value;
  const { tensors } = parseSafetensors(readFixture('sentence-mean', 'expected.safetensors'));
  const ids = defined(tensors.get('in.input_ids'), 'ids');
  const [, length = 0] = ids.shape;
  const mask = toInt32('mask', defined(tensors.get('in.attention_mask'), 'mask'));
  const count = mask.slice(0, length).reduce((sum, one) => sum + one, 0);
  const tokens = [...toInt32('ids', ids).slice(0, count)];
  const shape = [1, count];
  const { inspected } = await defined(inside, 'inspection').look({
    inputs: {
      tokens: { shape, data: Int32Array.from(tokens) },
      types: { shape, data: new Int32Array(count) },
      lengths: { shape: [1], data: Int32Array.of(count) },
    },
    reads: tokens.map(String),
    options: { inspect: ['layers.1.output'] },
  });
  const found = defined(inspected?.values['layers.1.output'], 'the output of the last layer');
  const wanted = toFloat32('states', defined(tensors.get('out.hidden_states.2'), 'states'));
  const errors = Array.from(found.data, (value, i) =>
    Math.abs(value - defined(wanted[i], 'value')),
  );
  // Four times the error of the reference's own run in float32.
  expect(Math.max(...errors)).toBeLessThan(4 * 1.6e-6);
  embedder.dispose();
});

describe('vectors of texts are pooled', () => {
  const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  /** The files of an encoder, whose vectors are not scaled, with another pooling. */
  const pooling = (kind: string) => ({
    ...hubFiles('sentence-mean'),
    'modules.json': encode([{ type: 'models.Pooling', path: '1_Pooling' }]),
    '1_Pooling/config.json': encode({ [`pooling_mode_${kind}`]: true }),
  });
  const load = (kind: string, poolings: NonNullable<EncoderHubOptions['poolings']>) =>
    Embedder.load(hubEncoder(pooling(kind), { tokenizers: [tokenizerJson], poolings }), {
      device: device(),
      kinds: [bert],
    });

  it('by the largest values, which are at least the mean and those of the first token', async () => {
    const texts = ['A man is riding a bicycle.', 'A dog runs.'];
    const vectors = async (kind: string) => {
      const embedder = await load(kind, [maxPooling]);
      const found = await embedder.embedAll(texts);
      embedder.dispose();
      return found.flatMap((vector) => [...vector]);
    };
    const largest = await vectors('max_tokens');
    for (const kind of ['mean_tokens', 'cls_token']) {
      const others = await vectors(kind);
      expect(others).toHaveLength(largest.length);
      // Equal values differ by the rounding of sums of a few numbers below 8.
      const above = largest.map((value, i) => value - (others[i] ?? Number.NaN));
      expect(Math.min(...above)).toBeGreaterThan(-1e-5);
      expect(Math.max(...above)).toBeGreaterThan(0.1);
    }
  });

  it('by the largest values only with their import', async () => {
    await expect(load('max_tokens', [])).rejects.toThrow(OptionError);
    await expect(load('max_tokens', [])).rejects.toThrow(/import \{ maxPooling \}/);
  });
});
