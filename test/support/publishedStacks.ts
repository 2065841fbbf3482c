/**
 * Published models of one stack and what the reference says of them: reads a folder, makes its
 * tensors the parameters of our model by the kind's map of names, and compares results.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseSafetensors, parseTorch, type StoredTensor, toFloat32, toInt32 } from 'qkv/io';
import { Fields, type KeyMap, type KeySource, type ModelKind } from 'qkv/models';
import type { NamedTensors, ParameterLayout } from 'qkv/nn';
import { defined } from '../../tools/lib/defined';
import { ROOT } from './sourceScan';

export const PUBLISHED = join(ROOT, 'test/fixtures/published');

/**
 * The reference's float32 run and ours round the same sums in other orders, and so have errors of
 * one distribution. Largest errors of as many values differ by less than this factor, which also
 * covers that our exp, tanh and erf are not the reference's.
 */
export const MARGIN = 4;

/** A tensor of a reference file. */
export interface Numbers<D extends Float32Array | Int32Array> {
  readonly shape: readonly number[];
  readonly data: D;
}

/** A folder in the layout of a hub, with what the reference computed. */
export interface PublishedFolder {
  readonly config: Readonly<Record<string, unknown>>;
  /** The tensors of all files of weights. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** How far the reference's float32 run is from its float64 run, by output. */
  readonly errors: Readonly<Record<string, number>>;
  /** The cases of a task. */
  readonly cases: Readonly<Record<string, unknown>>;
  floats(name: string): Numbers<Float32Array>;
  ints(name: string): Numbers<Int32Array>;
  has(name: string): boolean;
}

/** Reads a folder. Files may be compressed with gzip. @param root the folder's parent */
export function publishedFolder(name: string, root = PUBLISHED): PublishedFolder {
  const files = new Map(
    readdirSync(join(root, name), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(json|safetensors|bin)(\.gz)?$/.test(path))
      .map((path) => {
        const bytes = () => readFileSync(join(root, name, path));
        const key = path.replace(/^model\//, '').replace(/\.gz$/, '');
        return [key, () => (path.endsWith('.gz') ? gunzipSync(bytes()) : bytes())] as const;
      }),
  );
  const read = (file: string) => defined(files.get(file), file)();
  const json = (file: string) => JSON.parse(new TextDecoder().decode(read(file)));
  const weights = [...files.keys()].filter((file) => /\.(safetensors|bin)$/.test(file));
  const tensors = weights
    .filter((file) => file !== 'expected.safetensors')
    .flatMap((file) => [
      ...(file.endsWith('.bin') ? parseTorch(read(file)) : parseSafetensors(read(file)).tensors),
    ]);
  const expected = parseSafetensors(read('expected.safetensors')).tensors;
  const tensor = (key: string) => defined(expected.get(key), key);
  const { float32_error: errors, ...cases } = json('expected.json');
  return {
    config: json('config.json'),
    tensors: new Map(tensors),
    errors,
    cases,
    floats: (key) => ({ shape: tensor(key).shape, data: toFloat32(key, tensor(key)) }),
    ints: (key) => ({ shape: tensor(key).shape, data: toInt32(key, tensor(key)) }),
    has: (key) => expected.has(key),
  };
}

/** A kind's configuration of a folder's model, as it is stored in JSON. */
export function configurationOf({ published }: ModelKind, { config }: PublishedFolder): object {
  const own = defined(published, 'published').configuration(new Fields('config.json', config));
  return JSON.parse(JSON.stringify(own));
}

/**
 * The parameters of a layout from a folder's tensors.
 * @throws Error for a parameter that no tensors hold, and a tensor that is neither used nor ignored
 */
export function parametersOf(
  layout: ParameterLayout,
  { tensors }: Pick<PublishedFolder, 'tensors'>,
  keys: KeyMap,
): NamedTensors {
  const canonical = (name: string) => keys.canonical?.(name) ?? name;
  const stored = new Map([...tensors].map(([name, tensor]) => [canonical(name), tensor]));
  const used = new Set<string>();
  const found = layout.parameters.map(({ name, shape }) => {
    const pieces = keys
      .sources({ name, shape }, (key) => stored.has(key))
      .map((source) => {
        for (const one of source.names) used.add(one);
        const key = defined(
          source.names.find((one) => stored.has(one)),
          `${name} from ${source.names.join(' or ')}`,
        );
        return valuesOf(key, defined(stored.get(key), key), source);
      });
    const data = Float32Array.from(pieces.flatMap((piece) => [...piece]));
    const size = shape.reduce((product, n) => product * n, 1);
    if (data.length !== size) throw new Error(`${name} [${shape}]: found ${data.length} values`);
    return [name, { shape, data }] as const;
  });
  const others = [...stored.keys()].filter((key) => !used.has(key) && !keys.ignores(key));
  if (others.length > 0) throw new Error(`tensors of no parameter: ${others.join(', ')}`);
  return new Map(found);
}

function valuesOf(
  name: string,
  tensor: StoredTensor,
  { transposed = false, added = 0 }: KeySource,
): Float32Array {
  const values = toFloat32(name, tensor);
  const [rows = 0, columns = 0] = tensor.shape;
  const at = (i: number) => (transposed ? (i % rows) * columns + Math.floor(i / rows) : i);
  return values.map((_, i) => defined(values[at(i)], name) + added);
}

/** The number of valid tokens of each row of a mask [B, T]. */
export function lengthsIn({ shape, data }: Numbers<Int32Array>): Numbers<Int32Array> {
  const [rows = 0, columns = 0] = shape;
  const row = (b: number) => data.subarray(b * columns, (b + 1) * columns);
  return {
    shape: [rows],
    data: Int32Array.from({ length: rows }, (_, b) => row(b).reduce((sum, one) => sum + one, 0)),
  };
}

/**
 * The largest difference of values [B, T, ...] from what is expected.
 * @param want some of the columns of `got`
 * @param columns which; all by default
 * @param counts whether a row and a position are part of the contract
 */
export function worstDistance(
  got: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
  want: Numbers<Float32Array>,
  columns: ArrayLike<number> | undefined,
  counts: (row: number, position: number) => boolean,
): number {
  const [, positions = 1] = want.shape;
  const [width, all] = [want.shape.at(-1) ?? 1, got.shape.at(-1) ?? 1];
  const lines = want.data.length / width;
  let [worst, compared] = [0, 0];
  for (let line = 0; line < lines; line++) {
    const isVector = want.shape.length < 3;
    if (!counts(isVector ? line : Math.floor(line / positions), isVector ? 0 : line % positions)) {
      continue;
    }
    for (let i = 0; i < width; i++) {
      const column = columns === undefined ? i : defined(columns[i], 'column');
      const found = defined(got.data[line * all + column], 'value');
      worst = Math.max(worst, Math.abs(found - defined(want.data[line * width + i], 'expected')));
      if (Number.isNaN(found)) return Number.NaN;
      compared++;
    }
  }
  return compared === 0 ? Number.NaN : worst;
}
