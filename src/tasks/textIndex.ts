/** Searching texts by meaning: their vectors stay on the device. */
import { defined, InputError } from '../core/errors';
import { NearestRows } from '../inspect/nearestRows';
import type { Embedder } from './embedder';
import type { EmbedOptions } from './readings';

/** A text of an index that is near a query. */
export interface FoundText {
  readonly text: string;
  /** Its index among the texts of the index. */
  readonly index: number;
  /** Cosine similarity of the vectors of query and text, -1 to 1. */
  readonly score: number;
}

/** Texts whose vectors are on a device, to be searched by meaning. */
export class TextIndex {
  readonly texts: readonly string[];
  readonly #embedder: Embedder;
  readonly #rows: NearestRows;

  private constructor(embedder: Embedder, texts: readonly string[], rows: NearestRows) {
    this.texts = [...texts];
    this.#embedder = embedder;
    this.#rows = rows;
  }

  /**
   * Computes the vectors of texts, and keeps them on the embedder's device.
   * @throws InputError for no texts; as Embedder.embed
   */
  static async create(
    embedder: Embedder,
    texts: readonly string[],
    options: EmbedOptions = {},
  ): Promise<TextIndex> {
    if (texts.length === 0) {
      throw new InputError('TextIndex: expected at least one text, found none');
    }
    const vectors = await embedder.embedAll(texts, options);
    const size = defined(vectors[0], 'vector').length;
    const data = new Float32Array(texts.length * size);
    vectors.forEach((vector, i) => {
      data.set(vector, i * size);
    });
    const rows = await NearestRows.create(embedder.device, { shape: [texts.length, size], data });
    return new TextIndex(embedder, texts, rows);
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
