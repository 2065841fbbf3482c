/** Loads of models whose files are larger than the memory that a load may take, or several. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  DownloadError,
  type FileSource,
  type LoadOptions,
  loadModel,
  OptionError,
  Translator,
} from 'qkv';
import { modelCache, parseSafetensors, writeSafetensors } from 'qkv/io';
import {
  modelLayout,
  quantised,
  streamedParameters,
  transformer,
  transformerModel,
  writeDescription,
} from 'qkv/models';
import { PARAMETERS } from 'qkv/nn';
import { vocabularyOf } from 'qkv/text';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { plain, serving } from '../support/modelServer';
import { sampled } from '../support/sample';
import { TINY_SENTENCE, tinyTransformer } from '../support/tinyModels';

const device = useDevice();

/** A model of about 44 MB in float32, whose vocabulary takes hardly any memory. */
function largeModel() {
  const words = Array.from({ length: 2000 }, (_, i) => `w${i}`);
  const vocabulary = vocabularyOf(['<pad>', '<bos>', '<eos>', '<unk>', ...words]);
  const { size } = vocabulary;
  const model = transformerModel({
    ...{ sourceVocabulary: size, targetVocabulary: size, maxLength: 8 },
    ...{ modelSize: 768, heads: 6, feedForward: 64, encoderLayers: 1, decoderLayers: 1 },
  });
  const raw = { case: 'cased', tokenised: false, unit: 'word' } as const;
  const text = { source: raw, target: raw, unknown: 'unk' } as const;
  const json = writeDescription({ model, source: vocabulary, target: vocabulary, text });
  return { model, json };
}

/** The value of each element of its file: an integer, so that every sum of bytes tells. */
const valueAt = (i: number) => i % 251;

/** Serves the model; the bytes of the tensors are made while they are sent. */
async function servingLarge<T>(work: (url: string, byteLength: number) => Promise<T>): Promise<T> {
  const { model, json } = largeModel();
  let at = 0;
  const entries = modelLayout(model).parameters.map(({ name, shape }) => {
    const begin = at;
    at += 4 * shape.reduce((a, b) => a * b, 1);
    return [name, { dtype: 'F32', shape, data_offsets: [begin, at] }];
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(header.length);
  const byteLength = 8 + header.length + at;
  const server = createServer(async (request, response) => {
    if (request.url?.endsWith('.json')) {
      response.end(json);
      return;
    }
    response.writeHead(200, { 'content-length': byteLength });
    response.write(Buffer.concat([length, header]));
    for (let from = 0; from < at / 4 && !response.destroyed; from += 2 ** 14) {
      const count = Math.min(2 ** 14, at / 4 - from);
      const values = Float32Array.from({ length: count }, (_, i) => valueAt(from + i));
      const isFree = response.write(new Uint8Array(values.buffer));
      if (!isFree) await new Promise((resolve) => response.once('drain', resolve));
    }
    response.end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, byteLength);
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that JavaScript holds, without what nobody refers to any more. */
function heldBytes(): number {
  collectGarbage();
  // Buffers that the first collection found are freed by the second.
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe('the memory of a load', () => {
  it.each(sampled(['f32', 'int8'] as const, 2))('as %s never holds the file', async (dtype) => {
    await servingLarge(async (url, byteLength) => {
      const parameters = streamedParameters;
      const kinds = [transformer];
      const options = { device: device(), kinds, formats: [quantised], parameters, dtype };
      // What the first load leaves, such as compiled kernels, belongs to no load.
      (await loadModel(url, options)).dispose();
      const before = heldBytes();
      let most = 0;
      let samples = 0;
      let nextSample = 0;
      const resident = await loadModel(url, {
        ...options,
        onProgress: ({ stage, done }) => {
          if (stage !== 'download' || done < nextSample) return;
          nextSample = done + 2 ** 21;
          samples++;
          most = Math.max(most, heldBytes() - before);
        },
      });
      expect(samples).toBeGreaterThan(0.8 * (byteLength / 2 ** 21));
      console.log(`${dtype}: at most ${(most / 1e6).toFixed(1)} MB of ${byteLength / 1e6} MB`);
      // Two arrays of 1 MB that are reused, for the bytes and the float32 values of a piece; chunks on
      // their way from the server, which is in this process, less than 2 MB on both sides; a megabyte
      // of quantised words and scales; and plans, kernels and a vocabulary, which are no part of the
      // file, of at most 3 MB. Anything that holds a tensor of 6 MB as a whole exceeds it.
      expect(most).toBeLessThan(8e6);
      expect(byteLength).toBeGreaterThan(4 * 8e6);
      const { layout, states } = resident.value;
      if (dtype === 'f32') {
        const arena = await states.read(PARAMETERS);
        let first = 0;
        let wrong = 0;
        for (const { shape, parts } of layout.parameters) {
          const width = shape.slice(1).reduce((a, b) => a * b, 1);
          for (const { rows, offset } of parts) {
            for (let i = 0; i < rows * width; i++) {
              if (arena[offset + i] !== valueAt(first + i)) wrong++;
            }
            first += rows * width;
          }
        }
        expect(wrong).toBe(0);
      }
      expect(resident.memory.live).toBe(resident.memory.planned);
      resident.dispose();
    });
  });
});

describe('a model in other files', () => {
  const files = tinyTransformer();
  const load = (source: FileSource, options: Partial<LoadOptions> = {}) =>
    Translator.load(source, { device: device(), kinds: [transformer], ...options });

  const inShards = () => {
    const { tensors } = parseSafetensors(files['model.safetensors'] as Uint8Array);
    const names = [...tensors.keys()];
    const part = (i: number) => new Map([...tensors].filter((_, at) => at % 3 === i));
    const weight_map = Object.fromEntries(names.map((name, at) => [name, `part-${at % 3}.st`]));
    return {
      'model.json': files['model.json'],
      'model.safetensors.index.json': JSON.stringify({ weight_map }),
      ...Object.fromEntries([0, 1, 2].map((i) => [`part-${i}.st`, writeSafetensors(part(i))])),
    };
  };

  it('in shards is the same model', async () => {
    const whole = await load(files);
    const parts = await load(inShards(), { parameters: streamedParameters });
    const answers = await Promise.all([whole, parts].map((one) => one.translate(TINY_SENTENCE)));
    expect(answers[1]?.target).toBe(answers[0]?.target);
    whole.dispose();
    parts.dispose();
  });

  it('needs the reader of streams', async () => {
    await expect(load(inShards())).rejects.toThrow(OptionError);
    const { 'model.safetensors.index.json': _, ...parts } = inShards();
    await expect(load(parts, { parameters: streamedParameters })).rejects.toThrow(
      /model.safetensors is missing; .*; there is no pytorch_model.bin either/,
    );
  });
});

it('a model in the cache is there when the server is not', async () => {
  const name = await mkdtemp(join(tmpdir(), 'qkv-models-'));
  const failures: unknown[] = [];
  const cache = modelCache({ name, onCacheFailure: (cause) => failures.push(cause) });
  const load = (url: string) =>
    Translator.load(url, { device: device(), kinds: [transformer], fetch: cache.fetch });
  const translate = async (url: string) => {
    const translator = await load(url);
    const { target } = await translator.translate('the dog eats the apple');
    translator.dispose();
    return target;
  };
  let address = '';
  const online = await serving(plain, (url) => {
    address = url;
    return translate(url);
  });
  expect(await translate(address)).toBe(online);
  await cache.remove(`${address}model.safetensors`);
  await expect(load(address)).rejects.toThrow(DownloadError);
  expect(failures).toEqual([]);
  await rm(name, { recursive: true });
});
