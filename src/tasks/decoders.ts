/**
 * A model's decoders, compiled on demand for each decoding; the most recently used ones are cached.
 */
import { Decoder, type DecoderOptions, type Decoding } from '../generate/decoder';
import { strategyOf } from '../generate/method';
import type { Device } from '../gpu/device';
import type { StateStore } from '../gpu/states';
import type { Decodable } from '../models/model';
import type { ParameterLayout } from '../nn/parameters';

/**
 * Cached decoders besides that of the first decoding. The least recently used one is disposed of.
 */
const CACHED = 3;

interface Entry {
  readonly decoder: Promise<Decoder>;
  plannedBytes: number;
}

type Options = Omit<DecoderOptions, 'decoding' | 'onPlanned' | 'onProgress'>;

type Reports = Pick<DecoderOptions, 'onPlanned' | 'onProgress'>;

export class Decoders {
  readonly #device: Device;
  readonly #model: Decodable;
  readonly #layout: ParameterLayout;
  readonly #states: StateStore;
  readonly #options: Options;
  /** By plan key, the most recently used one last. */
  readonly #entries = new Map<string, Entry>();
  #first: string | undefined;

  constructor(
    device: Device,
    model: Decodable,
    layout: ParameterLayout,
    states: StateStore,
    options: Options,
  ) {
    this.#device = device;
    this.#model = model;
    this.#layout = layout;
    this.#states = states;
    this.#options = options;
  }

  /** Bytes that the decoders take besides the parameters. */
  get plannedBytes(): number {
    return [...this.#entries.values()].reduce((sum, { plannedBytes }) => sum + plannedBytes, 0);
  }

  /**
   * A decoder for a decoding, which `decode` still must be told; compiled at its first use.
   * @throws OptionError for invalid options or a missing import
   */
  async get(decoding: Decoding, reports: Reports = {}): Promise<Decoder> {
    const { ids, decodings = [] } = this.#options;
    const { key } = strategyOf(decoding, ids, decodings);
    this.#first ??= key;
    const cached = this.#entries.get(key);
    const entry = cached ?? this.#create(decoding, key, reports);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#evict();
    return entry.decoder;
  }

  #create(decoding: Decoding, key: string, { onPlanned, onProgress }: Reports): Entry {
    let plannedBytes = 0;
    const decoder = Decoder.create(this.#device, this.#model, this.#layout, this.#states, {
      ...this.#options,
      decoding,
      onPlanned: (bytes) => {
        plannedBytes = bytes;
        onPlanned?.(bytes);
      },
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    // `onPlanned` is called synchronously, before Decoder.create first awaits anything.
    const entry = { decoder, plannedBytes };
    decoder.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    return entry;
  }

  #evict(): void {
    const others = [...this.#entries.keys()].filter((key) => key !== this.#first);
    for (const key of others.slice(0, -CACHED)) {
      const entry = this.#entries.get(key);
      this.#entries.delete(key);
      void entry?.decoder.then(
        (decoder) => decoder.dispose(),
        () => undefined,
      );
    }
  }
}
