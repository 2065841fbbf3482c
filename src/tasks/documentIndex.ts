/** Documents ranked for queries on the GPU: their tf-idf weights are a matrix that stays there. */
import { InputError } from '../core/errors';
import type { Device } from '../gpu/device';
import { NearestRows } from '../inspect/nearestRows';
import { denseRows, type RankedDocument, type Sentence, TfIdf, type TfIdfOptions } from '../text';

/** Ranks documents for a query by tf-idf, on the device. */
export class DocumentIndex {
  /** Terms and weights. */
  readonly tfIdf: TfIdf;
  readonly #nearest: NearestRows;

  private constructor(tfIdf: TfIdf, nearest: NearestRows) {
    this.tfIdf = tfIdf;
    this.#nearest = nearest;
  }

  /**
   * Weighs documents and brings them to a device as [documents, terms], 4 bytes each.
   * @param documents tokens of each
   * @throws InputError if there is none, or no word in them; OptionError
   */
  static async create(
    device: Device,
    documents: readonly Sentence[],
    options: TfIdfOptions = {},
  ): Promise<DocumentIndex> {
    const tfIdf = new TfIdf(documents, options);
    if (tfIdf.terms.length === 0) {
      throw new InputError(`DocumentIndex: ${documents.length} documents without a word`);
    }
    const shape = [documents.length, tfIdf.terms.length];
    const data = denseRows(tfIdf.documents, tfIdf.terms.length);
    return new DocumentIndex(tfIdf, await NearestRows.create(device, { shape, data }));
  }

  /**
   * The documents that are most like each query, as TfIdf.rank has them, all queries in one product.
   * @param queries tokens of each; words that are in no document do not count
   * @param count 1 to 64
   * @throws OptionError; DisposedError
   */
  async rank(
    queries: readonly Sentence[],
    count = 10,
  ): Promise<readonly (readonly RankedDocument[])[]> {
    const terms = this.tfIdf.terms.length;
    const data = denseRows(
      queries.map((query) => this.tfIdf.weights(query)),
      terms,
    );
    const found = await this.#nearest.nearest({ shape: [queries.length, terms], data }, count);
    return found.map((rows) => rows.map(({ row: document, score }) => ({ document, score })));
  }

  /** Frees the matrix; the device stays. Harmless twice. */
  dispose(): void {
    this.#nearest.dispose();
  }
}
