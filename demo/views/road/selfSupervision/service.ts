/** Three self-supervised models, each loaded when it is first asked: BERT, GPT and BART. */
import { type Device, MaskFiller, Restorer, Writer } from 'qkv';
import { inspection } from 'qkv/inspect';
import { bart, bert, gpt } from 'qkv/models';
import { type Question, question } from './labels';

/** What a model answers. */
export interface Reply {
  /** Logits of each word that was asked for. */
  readonly asked: readonly { readonly place: number; readonly logits: readonly number[] }[];
  /** The sentence as the model fills it in, continues it or restores it. */
  readonly written: readonly string[];
  /** What the model's own answer gives as the likeliest words of each mask; of BERT only. */
  readonly candidates: readonly (readonly {
    readonly token: string;
    readonly probability: number;
  }[])[];
}

/** The ids of a model, in order, and those that are never an answer. */
export interface Ids {
  readonly tokens: readonly string[];
  readonly never: readonly number[];
}

interface Description {
  readonly kind: string;
  readonly config: { readonly vocabulary: number; readonly maskId?: number };
  readonly vocabulary: {
    readonly tokens: readonly string[];
    readonly pad: number;
    readonly bos: number;
    readonly eos: number;
  };
}

/** How many words BERT gives for each mask. */
const CANDIDATES = 5;

/** The models of a folder. */
export class SelfSupervised {
  readonly #folder: string;
  readonly #load;
  readonly #ids = new Map<Question['objective'], Promise<Ids>>();
  #filler: Promise<MaskFiller> | undefined;
  #writer: Promise<Writer> | undefined;
  #restorer: Promise<Restorer> | undefined;

  constructor(device: Device, folder: string) {
    this.#folder = folder;
    this.#load = { device, inspection };
  }

  /** The ids of the model of an objective. */
  ids(objective: Question['objective']): Promise<Ids> {
    const ids = this.#ids.get(objective) ?? this.#readIds(objective);
    this.#ids.set(objective, ids);
    return ids;
  }

  async #readIds(objective: Question['objective']): Promise<Ids> {
    const response = await fetch(`${this.#folder}${FOLDERS[objective]}/model.json`);
    const { config, vocabulary } = (await response.json()) as Description;
    const { maskId } = config;
    const { tokens, pad, bos, eos } = vocabulary;
    const all = maskId === undefined ? tokens : [...tokens, '[MASK]'];
    // BERT's answers are words; the other two may end the sentence.
    return { tokens: all, never: objective === 'mask' ? [pad, bos, eos, maskId ?? pad] : [] };
  }

  async ask(asked: Question): Promise<Reply> {
    const { input, prompt, places, words } = question(asked);
    switch (asked.objective) {
      case 'mask': {
        if (places.length === 0) return { asked: [], written: words, candidates: [] };
        this.#filler ??= MaskFiller.load(this.#path('mask'), { ...this.#load, kinds: [bert] });
        const options = { unknown: 'unk', count: CANDIDATES, inspect: ['logits'] } as const;
        const filled = await (await this.#filler).fill(input.join(' '), options);
        // The first row is that of the beginning.
        const rows = rowsOf(filled, places, 1);
        const written = words.map((word, i) => {
          const mask = places.indexOf(i);
          return mask < 0 ? word : (filled.masks[mask]?.[0]?.token ?? word);
        });
        return { asked: rows, written, candidates: filled.masks };
      }
      case 'continue': {
        this.#writer ??= Writer.load(this.#path('continue'), {
          ...this.#load,
          kinds: [gpt],
          decoding: { kind: 'greedy' },
        });
        const writer = await this.#writer;
        const target = words.join(' ');
        const seen = await writer.write('', { unknown: 'unk', target, inspect: ['logits'] });
        const { tokens } = await writer.write(prompt.join(' '), { unknown: 'unk' });
        return { asked: rowsOf(seen, places, 0), written: [...prompt, ...tokens], candidates: [] };
      }
      case 'restore': {
        this.#restorer ??= Restorer.load(this.#path('restore'), { ...this.#load, kinds: [bart] });
        const restorer = await this.#restorer;
        const [text, target] = [input.join(' '), words.join(' ')];
        const seen = await restorer.restore(text, { unknown: 'unk', target, inspect: ['logits'] });
        const { tokens } = await restorer.restore(text, { unknown: 'unk' });
        return { asked: rowsOf(seen, places, 0), written: tokens, candidates: [] };
      }
    }
  }

  /** Frees the memory of all models. */
  async dispose(): Promise<void> {
    const loaded = await Promise.allSettled([this.#filler, this.#writer, this.#restorer]);
    for (const one of loaded) if (one.status === 'fulfilled') one.value?.dispose();
  }

  #path(objective: Question['objective']): string {
    return `${this.#folder}${FOLDERS[objective]}/`;
  }
}

const FOLDERS = { mask: 'toy-bert', continue: 'toy-gpt', restore: 'toy-bart' } as const;

type Looked = Pick<Awaited<ReturnType<Writer['write']>>, 'inspected'>;

/** Rows of the logits. @param first the row of the first word */
function rowsOf({ inspected }: Looked, places: readonly number[], first: number) {
  const { shape = [], data = [] } = inspected?.values.logits ?? {};
  const [, size = 0] = shape;
  return places.map((place) => {
    const start = (place + first) * size;
    return { place, logits: Array.from(data.slice(start, start + size)) };
  });
}

/** The models. @param folder address of the folder of all models, with a slash at its end */
export default function selfSupervised(device: Device, folder: string): SelfSupervised {
  return new SelfSupervised(device, folder);
}
