/** Vectors of texts as an app calls them: load a model, embed texts, compare and search them. */

import { checkOptions, defined, InputError, OptionError } from '../core/errors';
import { NearestRows } from '../inspect/nearestRows';
import { OnDevice } from './onDevice';
import type { PublishedEncoder, PublishedReader } from './publishedSource';
import type { EmbedOptions, ReaderOptions } from './readings';
import { createResident } from './resident';
import { checkReaderOptions } from './textReader';

/** A text of an index that is near a query. */
export interface FoundText {
  readonly text: string;
  /** Its index among the texts of the index. */
  readonly index: number;
  /** Cosine similarity of the vectors of query and text, -1 to 1. */
  readonly score: number;
}

/** Computes vectors of texts, which are near each other where the texts mean something similar. */
export class Embedder extends OnDevice<PublishedReader> {
  /**
   * Loads a published encoder, such as those of sentence-transformers, whose pooling is that of its
   * files: `Embedder.load(hubEncoder(source, { tokenizers: [tokenizerJson] }), { kinds: [bert] })`.
   * @throws DeviceError without WebGPU; DownloadError; FormatError for damaged files; OptionError
   *   for a missing import or a value that is not supported; AbortedError
   */
  static async load(source: PublishedEncoder, options: ReaderOptions): Promise<Embedder> {
    checkReaderOptions(options);
    if (typeof source?.createReader !== 'function') {
      throw new OptionError(
        'Embedder.load: expected a published model; pass hubEncoder(source, { ... })',
      );
    }
    const create = (context: Parameters<PublishedEncoder['createReader']>[2]) =>
      source.createReader('embed', options, context);
    return new Embedder(await createResident('embedder', create, options));
  }

  /**
   * The vector of a text. A text that is longer than the model reads is cut off.
   * @returns [size], of length 1 if the model normalises
   * @throws InputError for what is no text; AbortedError; DisposedError; DeviceLostError
   */
  async embed(text: string, options: EmbedOptions = {}): Promise<Float32Array> {
    return defined((await this.embedAll([text], options))[0], 'vector');
  }

  /**
   * The vectors of several texts, which are computed together, up to the `batch` that was passed to
   * `hubEncoder`.
   * @throws as `embed`
   */
  async embedAll(
    texts: readonly string[],
    options: EmbedOptions = {},
  ): Promise<readonly Float32Array[]> {
    checkOptions('embed', options, ['signal']);
    return this.resident.run(({ published }) => published.embed(texts, options), options.signal);
  }

  /**
   * Cosine similarity of two texts, -1 to 1.
   * @throws as `embed`
   */
  async similarity(a: string, b: string, options: EmbedOptions = {}): Promise<number> {
    const [first, second] = await this.embedAll([a, b], options);
    return cosine(defined(first, 'vector'), defined(second, 'vector'));
  }

  /**
   * An index of texts, whose vectors stay on the device for searches.
   * @throws InputError for no texts; as `embed`
   */
  async index(texts: readonly string[], options: EmbedOptions = {}): Promise<TextIndex> {
    if (texts.length === 0) throw new InputError('index: expected at least one text, found none');
    const vectors = await this.embedAll(texts, options);
    const size = defined(vectors[0], 'vector').length;
    const data = new Float32Array(texts.length * size);
    vectors.forEach((vector, i) => {
      data.set(vector, i * size);
    });
    const rows = await NearestRows.create(this.device, { shape: [texts.length, size], data });
    return new TextIndex(this, texts, rows);
  }
}

/** Texts whose vectors are on a device, to be searched by meaning. */
export class TextIndex {
  readonly texts: readonly string[];
  readonly #embedder: Embedder;
  readonly #rows: NearestRows;

  /** @internal Made by `Embedder.index`. */
  constructor(embedder: Embedder, texts: readonly string[], rows: NearestRows) {
    this.texts = [...texts];
    this.#embedder = embedder;
    this.#rows = rows;
  }

  /**
   * The texts that are nearest to a query, the nearest first.
   * @param count number of texts, 1 to 64 (default 5)
   * @throws OptionError for another count; as Embedder.embed
   */
  async search(
    query: string,
    count = 5,
    options: EmbedOptions = {},
  ): Promise<readonly FoundText[]> {
    const data = await this.#embedder.embed(query, options);
    const shape = [1, data.length];
    const most = Math.min(count, this.texts.length);
    const [found = []] = await this.#rows.nearest({ shape, data }, most);
    return found.map(({ row: index, score }) => ({
      text: defined(this.texts[index], 'text'),
      index,
      score,
    }));
  }

  /** Frees its vectors; the embedder stays. Idempotent. */
  dispose(): void {
    this.#rows.dispose();
  }
}

/** Cosine similarity; 0 for a vector of zeros. */
function cosine(a: Float32Array, b: Float32Array): number {
  let [product, squareA, squareB] = [0, 0, 0];
  a.forEach((x, i) => {
    const y = b[i] ?? 0;
    product += x * y;
    squareA += x * x;
    squareB += y * y;
  });
  return product === 0 ? 0 : product / Math.sqrt(squareA * squareB);
}
