/** Vectors of texts as an app calls them: load a model, embed texts, compare them. */

import { checkOptions, defined, OptionError } from '../core/errors';
import { OnDevice } from './onDevice';
import { embedding } from './published/embedding';
import type { PublishedEncoder, PublishedReader } from './publishedSource';
import type { EmbedOptions, ReaderOptions } from './readings';
import { type CreationContext, createResident } from './resident';
import { checkReaderOptions } from './textReader';

/** Computes vectors of texts, which are near each other where the texts mean something similar. */
export class Embedder extends OnDevice<PublishedReader<EmbedOptions, Float32Array>> {
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
    const create = (context: CreationContext) => source.createReader(embedding, options, context);
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
    return this.resident.run(({ published }) => published(texts, options), options.signal);
  }

  /**
   * Cosine similarity of two texts, -1 to 1.
   * @throws as `embed`
   */
  async similarity(a: string, b: string, options: EmbedOptions = {}): Promise<number> {
    const [first, second] = await this.embedAll([a, b], options);
    return cosine(defined(first, 'vector'), defined(second, 'vector'));
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
