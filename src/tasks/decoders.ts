/** The decoders of a model: one for each way of decoding, of which the latest are kept. */
import { Decoder, type DecoderOptions, type Decoding } from '../generate/decoder';
import { planKey, strategyOf } from '../generate/method';
import type { Device } from '../gpu/device';
import type { StateStore } from '../gpu/states';
import type { Decodable } from '../models/model';
import type { ParameterLayout } from '../nn/parameters';

/** Decoders kept beside that of the model's first decoding: what was used longest ago goes. */
const KEPT = 3;

/** A decoder, and what is to be told it of the decoding that was asked for. */
export interface ReadyDecoder {
  readonly decoder: Decoder;
  readonly settings: Readonly<Record<string, number>>;
}

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
  /** By the key of their plans, the one used last at the end. */
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

  /** Bytes that the decoders take beside the parameters. */
  get plannedBytes(): number {
    return [...this.#entries.values()].reduce((sum, { plannedBytes }) => sum + plannedBytes, 0);
  }

  /**
   * The decoder of a way of decoding, compiled when it is first asked for.
   * @throws OptionError for a way that cannot work, or was not handed in
   */
  async get(decoding: Decoding, reports: Reports = {}): Promise<ReadyDecoder> {
    const { ids, decodings = [] } = this.#options;
    // Checked whether or not there is a plan for it.
    const { settings } = strategyOf(decoding, ids, decodings);
    const key = planKey(decoding, decodings);
    this.#first ??= key;
    const known = this.#entries.get(key);
    const entry = known ?? this.#create(decoding, key, reports);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#forgetOldest();
    return { decoder: await entry.decoder, settings };
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
    // What was planned is told before the first wait.
    const entry = { decoder, plannedBytes };
    decoder.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    return entry;
  }

  #forgetOldest(): void {
    const others = [...this.#entries.keys()].filter((key) => key !== this.#first);
    for (const key of others.slice(0, Math.max(0, others.length - KEPT))) {
      const entry = this.#entries.get(key);
      this.#entries.delete(key);
      void entry?.decoder.then(
        (decoder) => decoder.dispose(),
        () => undefined,
      );
    }
  }
}
