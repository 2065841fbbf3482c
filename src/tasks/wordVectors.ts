/**
 * Word vectors as an app calls them: load a text file, find neighbours, answer analogies, dispose.
 */
import { checkOptions, defined, InputError, OptionError, ShapeError, shown } from '../core/errors';
import type { Device } from '../gpu/device';
import { MOST_NEAR_ROWS, NearestRows, type NearRow } from '../inspect/nearestRows';
import {
  type FileSource,
  type OpenedFile,
  openFile,
  type ReadVectorsOptions,
  readTextVectors,
  type TextVectors,
} from '../io';
import type { LoadMeter } from './loadProgress';
import { OnDevice, type Resident } from './onDevice';
import {
  type CreationContext,
  createResident,
  RESIDENT_OPTIONS,
  type ResidentOptions,
} from './resident';

/** A word of a query's result. */
export interface Neighbour {
  readonly word: string;
  /** Cosine similarity with the query; for analogies by multiplication, the quotient of cosines. */
  readonly score: number;
}

/** Options of an analogy. */
export interface AnalogyOptions {
  /** Number of words to return (default 1). */
  readonly count?: number;
  /**
   * 'add' (default) is 3CosAdd, the words nearest to b - a + c (Mikolov et al. 2013c). 'multiply'
   * is 3CosMul (Levy and Goldberg 2014), in which no single cosine dominates the sum.
   */
  readonly method?: 'add' | 'multiply';
}

/** Options of loading word vectors. */
export interface LoadVectorsOptions extends ResidentOptions, ReadVectorsOptions {}

const READ_OPTIONS = ['dimensions', 'limit', 'duplicates'] as const;

const OPTIONS = [...RESIDENT_OPTIONS, ...READ_OPTIONS];

/**
 * Largest `count`. Results leave out up to three words of the query, which the search returns, too.
 */
const MOST_WORDS = MOST_NEAR_ROWS - 3;

/** Word vectors on a device. */
export class WordVectors extends OnDevice<NearestRows> {
  /** The word of each row. */
  readonly words: readonly string[];
  /** Dimensions of a vector. */
  readonly dimensions: number;
  readonly #rows: ReadonlyMap<string, number>;
  readonly #data: Float32Array;

  private constructor(words: readonly string[], data: Float32Array, rows: Resident<NearestRows>) {
    super(rows);
    this.words = words;
    this.dimensions = rows.value.dimensions;
    this.#rows = new Map(words.map((word, row) => [word, row]));
    this.#data = data;
  }

  /**
   * Loads a file in GloVe's or word2vec's text format, parsing it as it downloads. A copy of the
   * vectors stays in CPU memory, from which `revive` uploads them again.
   * @param source the file's address, path or URL; a File; or its bytes
   * @throws DeviceError without WebGPU; DownloadError; FormatError for a damaged file; AbortedError
   */
  static load(source: FileSource, options: LoadVectorsOptions = {}): Promise<WordVectors> {
    return WordVectors.#create((context) => readVectors(source, options, context), options);
  }

  /**
   * Uploads vectors to a device that the caller owns.
   * @throws ShapeError if vectors are not f32 [words, D]; InputError for a word that occurs twice
   */
  static create(device: Device, vectors: TextVectors): Promise<WordVectors> {
    return WordVectors.#create(async () => vectors, { device });
  }

  static async #create(
    read: (context: CreationContext) => Promise<TextVectors>,
    options: LoadVectorsOptions,
  ): Promise<WordVectors> {
    checkOptions('WordVectors.load', options, OPTIONS);
    let loaded: Table | undefined;
    const create = async (context: CreationContext) => {
      const table = loaded ?? checked(await read(context));
      loaded = table;
      const onPlanned = (bytes: number) => context.meter.planned(bytes);
      return NearestRows.create(await context.device, table, onPlanned);
    };
    const resident = await createResident('word vectors', create, options);
    const { words, data } = defined(loaded, 'vectors');
    return new WordVectors(words, data, resident);
  }

  /** Whether a word has a vector. */
  has(word: string): boolean {
    return this.#rows.has(word);
  }

  /** The vector of a word [D]. @throws InputError for an unknown word */
  vector(word: string): Float32Array {
    const at = this.#row(word) * this.dimensions;
    return this.#data.slice(at, at + this.dimensions);
  }

  /**
   * Cosine similarity of two words; 0 if a vector is zero.
   * @throws InputError for an unknown word
   */
  similarity(a: string, b: string): number {
    const [x, y] = [this.vector(a), this.vector(b)];
    const dot = (u: Float32Array, v: Float32Array) =>
      u.reduce((sum, value, i) => sum + value * (v[i] ?? 0), 0);
    const lengths = Math.sqrt(dot(x, x) * dot(y, y));
    return lengths === 0 ? 0 : dot(x, y) / lengths;
  }

  /**
   * The words whose vectors have the largest cosine similarity with the query, the nearest first.
   * @param query a word, which is left out of the result, or a vector [D]
   * @throws InputError for an unknown word; OptionError for a count outside 1 to 61; DisposedError
   */
  async nearest(query: string | Float32Array, count = 10): Promise<readonly Neighbour[]> {
    checkCount(count);
    if (typeof query === 'string') {
      const [found] = await this.nearestOfEach([query], count);
      return defined(found, 'row');
    }
    if (!(query instanceof Float32Array)) {
      throw new InputError(`nearest: expected a word or a Float32Array, found ${shown(query)}`);
    }
    const queries = { shape: [1, query.length], data: query };
    const [found] = await this.resident.runNow((rows) => rows.nearest(queries, count));
    return this.#named(defined(found, 'row'), [], count);
  }

  /** The neighbours of several words, as from `nearest`, in as few runs as possible. */
  async nearestOfEach(
    words: readonly string[],
    count = 10,
  ): Promise<readonly (readonly Neighbour[])[]> {
    checkCount(count);
    const queries = this.#queries(words);
    const found = await this.resident.runNow((rows) => rows.nearest(queries, count + 1));
    return found.map((rows, i) => this.#named(rows, words.slice(i, i + 1), count));
  }

  /**
   * Words that are to c as b is to a: for ('man', 'king', 'woman'), queen. The three words are left
   * out of the result, as in the original.
   * @throws InputError for an unknown word; OptionError; DisposedError
   */
  async analogy(
    a: string,
    b: string,
    c: string,
    options: AnalogyOptions = {},
  ): Promise<readonly Neighbour[]> {
    checkOptions('analogy', options, ['count', 'method']);
    const { count = 1, method = 'add' } = options;
    checkCount(count);
    if (method !== 'add' && method !== 'multiply') {
      throw new OptionError(`analogy: method must be 'add' or 'multiply', found '${method}'`);
    }
    const queries = this.#queries([a, b, c]);
    const found = await this.resident.runNow(async (rows) =>
      method === 'multiply'
        ? rows.balance(queries, count + 3)
        : (await rows.nearest(this.#offset(queries.data), count + 3)).flat(),
    );
    return this.#named(found, [a, b, c], count);
  }

  /** b - a + c of normalised vectors [1, D]. @param rows a, b and c */
  #offset(rows: Float32Array) {
    const D = this.dimensions;
    const lengths = [0, 1, 2].map((row) => Math.hypot(...rows.subarray(row * D, (row + 1) * D)));
    const data = new Float32Array(D).map((_, i) =>
      [-1, 1, 1].reduce(
        (sum, sign, row) => sum + (sign * (rows[row * D + i] ?? 0)) / (lengths[row] || 1),
        0,
      ),
    );
    return { shape: [1, D], data };
  }

  #queries(words: readonly string[]) {
    const data = new Float32Array(words.length * this.dimensions);
    words.forEach((word, i) => {
      data.set(this.vector(word), i * this.dimensions);
    });
    return { shape: [words.length, this.dimensions], data };
  }

  #named(rows: readonly NearRow[], without: readonly string[], count: number) {
    const named = rows.map(({ row, score }) => ({ word: defined(this.words[row], 'word'), score }));
    return named.filter(({ word }) => !without.includes(word)).slice(0, count);
  }

  #row(word: string): number {
    const row = this.#rows.get(word);
    if (row !== undefined) return row;
    throw new InputError(
      `word vectors: ${shown(word)} is not one of the ${this.words.length} words; check with has(), or try ` +
        'lower case',
      { words: typeof word === 'string' ? [word] : [] },
    );
  }
}

function checkCount(count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= MOST_WORDS) return;
  throw new OptionError(`word vectors: count must be 1 to ${MOST_WORDS}, found ${count}`);
}

/** Checked vectors: f32 [words, D], one row for each word. */
interface Table {
  readonly words: readonly string[];
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** @throws ShapeError, InputError */
function checked(found: TextVectors): Table {
  const { words, vectors } = found;
  const { shape, data } = vectors;
  if (shape.length !== 2 || shape[0] !== words.length || !(data instanceof Float32Array)) {
    throw new ShapeError(`word vectors: expected f32 [${words.length}, D], found [${shape}]`);
  }
  if (new Set(words).size < words.length) {
    const again = words.find((word, row) => words.indexOf(word) !== row);
    throw new InputError(`word vectors: '${again}' occurs twice; remove one of them`);
  }
  return { words, shape, data };
}

async function readVectors(
  source: FileSource,
  options: LoadVectorsOptions,
  { signal, meter }: CreationContext,
): Promise<TextVectors> {
  const { dimensions, limit, duplicates } = options;
  const file = await openFile(source, undefined, { ...options, signal });
  const vectors = await readTextVectors(reported(file, meter), {
    ...(dimensions === undefined ? {} : { dimensions }),
    ...(limit === undefined ? {} : { limit }),
    ...(duplicates === undefined ? {} : { duplicates }),
  });
  meter.finish('download', file.byteLength ?? 1);
  return vectors;
}

async function* reported(file: OpenedFile, meter: LoadMeter): AsyncGenerator<Uint8Array> {
  let received = 0;
  meter.update('download', 0, file.byteLength);
  for await (const chunk of file.chunks()) {
    received += chunk.byteLength;
    meter.update('download', received, file.byteLength);
    yield chunk;
  }
}
