/**
 * Small published models in test/fixtures/published, and what the reference says of them: reads a
 * folder, and makes its tensors the parameters of our model by the kind's map of names.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { FormatError } from 'qkv';
import { parseSafetensors, type StoredTensor, toFloat32 } from 'qkv/io';
import { Fields, type KeyMap, type KeySource, type ModelKind } from 'qkv/models';
import type { NamedTensors, ParameterLayout } from 'qkv/nn';
import { defined } from '../../tools/lib/defined';
import { ROOT } from './sourceScan';

/** Reads a file of a fixture, which may be stored with gzip: then its name ends with '.gz'. */
export function readFixture(folder: string, file: string): Uint8Array {
  const path = join(ROOT, 'test/fixtures/published', folder, file);
  const bytes = readFileSync(path);
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** The kind's own configuration of a published one. @param config parsed config.json */
export function publishedConfiguration({ published }: ModelKind, config: unknown): object {
  return defined(published, 'published').configuration(new Fields('config.json', config));
}

/**
 * The parameters of a model by name, from published tensors.
 * @param files contents of safetensors files
 * @throws FormatError for a parameter without tensors, and for tensors that nothing reads
 */
export function publishedTensors(
  files: readonly Uint8Array[],
  layout: ParameterLayout,
  keys: KeyMap,
): NamedTensors {
  const stored = new Map<string, StoredTensor>();
  for (const bytes of files) {
    for (const [name, tensor] of parseSafetensors(bytes).tensors) {
      stored.set(keys.canonical?.(name) ?? name, tensor);
    }
  }
  const has = (name: string) => stored.has(name);
  const used = new Set<string>();
  const parameters = layout.parameters.map(({ name, shape }) => {
    const size = shape.reduce((product, n) => product * n, 1);
    const data = new Float32Array(size);
    let end = 0;
    const sources = keys.sources({ name, shape }, has);
    for (const source of sources) {
      const found = defined(source.names.find(has), `a tensor for ${name}: ${source.names}`);
      used.add(found);
      const values = valuesOf(found, defined(stored.get(found), found), source);
      data.set(values, end);
      end += values.length;
    }
    if (sources.length > 0 && end !== size) {
      throw new FormatError(`${name} [${shape}] has ${size} values, its tensors have ${end}`);
    }
    return [name, { shape, data }] as const;
  });
  const unread = [...stored.keys()].filter((name) => !used.has(name) && !keys.ignores(name));
  if (unread.length > 0) throw new FormatError(`tensors that nothing reads: ${unread}`);
  return new Map(parameters);
}

/** The values that a source means by a tensor. */
function valuesOf(
  name: string,
  tensor: StoredTensor,
  { transposed = false, added = 0 }: KeySource,
): Float32Array {
  const data = toFloat32(name, tensor);
  const columns = tensor.shape.at(-1) ?? 1;
  const rows = data.length / columns;
  const at = (i: number) => (transposed ? (i % rows) * columns + Math.floor(i / rows) : i);
  return data.map((_, i) => defined(data[at(i)], name) + added);
}
