/**
 * Models whose logits are a table of position and previous token, and searches over such tables in
 * float64 that share nothing with the library. Ids: 0 pad, 1 bos, 2 eos, 3 and up are words.
 */

import type { Device } from 'qkv';
import { everything } from 'qkv';
import { Decoder, type DecoderOptions, type Decoding, type Hypothesis } from 'qkv/generate';
import { ops } from 'qkv/graph';
import { decodable, type OwnDecodable } from 'qkv/models';
import { declareParameters, PARAMETERS, ParameterStore, packArena, type Scope } from 'qkv/nn';

export const IDS = { pad: 0, bos: 1, eos: 2 };

/** Logits [position][previous token][token]. */
export type Table = readonly (readonly (readonly number[])[])[];

/** Sizes of tables. */
export interface TableSizes {
  /** Ids, special ones included. */
  readonly words: number;
  /** Longest hypothesis, eos included. */
  readonly length: number;
}

/** Random tables: normal logits of different spread, and some that are nearly impossible. */
export function randomTables(count: number, { words, length }: TableSizes, seed: number): Table[] {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return Array.from({ length: count }, () => {
    const [spread, rare] = [0.2 + 3 * uniform(), 0.2 * uniform()];
    return Array.from({ length }, () =>
      Array.from({ length: words }, () =>
        Array.from({ length: words }, () =>
          Math.fround((uniform() < rare ? -40 : 0) + spread * normal()),
        ),
      ),
    );
  });
}

/** The model of several tables: the source's first token is the number of the table. */
export function tableModel(count: number, { words, length }: TableSizes) {
  const tables = (scope: Scope) =>
    scope.parameter('tables', [count * length * words, words], { kind: 'zeros' });
  const layout = declareParameters(tables);
  const own: OwnDecodable = {
    vocabulary: words,
    sourceVocabulary: count,
    maxLength: length,
    memoryTypes: (batch) => ({ table: { dtype: 'i32', shape: [batch] } }),
    encode: (_, source) => {
      const [batch = 1] = source.shape;
      return {
        table: ops.reshape(ops.slice(source, { starts: [0, 0], ends: [batch, 1] }), [batch]),
      };
    },
    step: (scope, { token, position, memory }) => {
      const [rows = 1] = token.shape;
      const times = (x: ReturnType<typeof ops.add>, factor: number) =>
        ops.mul(x, ops.fill([1], factor, 'i32'));
      const place = ops.add(times(memory('table'), length), position);
      const index = ops.add(times(place, words), ops.reshape(token, [rows]));
      return { logits: ops.embedding(index, tables(scope)) };
    },
  };
  return { model: decodable(own), layout };
}

/** Decodes each table. */
export interface TableDecoder {
  /** @param tables as many as the decoder was made for */
  decode(
    tables: readonly Table[],
    options?: Parameters<Decoder['decode']>[2],
  ): Promise<readonly (readonly Hypothesis[])[]>;
  readonly decoder: Decoder;
  dispose(): void;
}

/** A decoder of `count` tables at once. */
export async function tableDecoder(
  device: Device,
  count: number,
  sizes: TableSizes,
  decoding: Decoding,
  options: Partial<DecoderOptions> = {},
): Promise<TableDecoder> {
  const { model, layout } = tableModel(count, sizes);
  const store = ParameterStore.initial(device, layout);
  const decoder = await Decoder.create(device, model, layout, store.states, {
    maxBatch: count,
    ids: IDS,
    decoding,
    decodings: everything.decodings,
    startup: 'quick',
    ...options,
  });
  return {
    decoder,
    decode: (tables, decodeOptions) => {
      const data = Float32Array.from(tables.flat(3));
      const shape = [count * sizes.length * sizes.words, sizes.words];
      store.states.write(PARAMETERS, packArena(layout, new Map([['tables', { shape, data }]])));
      const source = { shape: [count, 1], data: Int32Array.from(tables, (_, i) => i) };
      const lengths = { shape: [count], data: new Int32Array(count).fill(1) };
      return decoder.decode(source, lengths, decodeOptions);
    },
    dispose: () => {
      decoder.dispose();
      store.dispose();
    },
  };
}

/** A sequence of a search: its tokens with eos, the sum of their log-probabilities, its rank. */
export interface Found {
  readonly ids: readonly number[];
  readonly score: number;
  readonly rank: number;
}

/** Log-probabilities of the tokens after a prefix; pad and bos have none. */
export function logProbabilities(table: Table, prefix: readonly number[]): readonly number[] {
  const row = table[prefix.length]![prefix.at(-1) ?? IDS.bos]!;
  const open = row.map((logit, id) => (id === IDS.pad || id === IDS.bos ? -Infinity : logit));
  const most = Math.max(...open);
  const total = Math.log(open.reduce((sum, logit) => sum + Math.exp(logit - most), 0)) + most;
  return open.map((logit) => logit - total);
}

function extended(table: Table, { ids, score }: Found, alpha: number): readonly Found[] {
  return logProbabilities(table, ids).flatMap((log, id) => {
    if (log === -Infinity) return [];
    const next = { ids: [...ids, id], score: score + log };
    return [{ ...next, rank: next.score / ((5 + next.ids.length) / 6) ** alpha }];
  });
}

const START: Found = { ids: [], score: 0, rank: 0 };
const byRank = (a: Found, b: Found) => b.rank - a.rank;

/** Every sequence that ends with eos or is as long as it can be, the best first. */
export function everySequence(table: Table, alpha: number): readonly Found[] {
  const all: Found[] = [];
  const extend = (from: Found): void => {
    for (const next of extended(table, from, alpha)) {
      if (next.ids.at(-1) === IDS.eos || next.ids.length === table.length) all.push(next);
      else extend(next);
    }
  };
  extend(START);
  return all.sort(byRank);
}

/** What a beam search found, and how near it came to another choice. */
export interface Searched {
  /** All that it finished, the best first. */
  readonly found: readonly Found[];
  /** The smallest difference between ranks of which one was kept and one was not. */
  readonly margin: number;
}

/**
 * Beam search as in textbooks, which forgets nothing that has ended: of all continuations of a step,
 * those of the best `width` that end are finished, and the best `width` others go on.
 */
export function searchBeams(table: Table, width: number, alpha: number): Searched {
  let live: readonly Found[] = [START];
  let margin = Number.POSITIVE_INFINITY;
  const found: Found[] = [];
  const cut = (items: readonly Found[]): readonly Found[] => {
    const [last, next] = [items[width - 1], items[width]];
    if (last && next) margin = Math.min(margin, last.rank - next.rank);
    return items.slice(0, width);
  };
  for (let step = 1; step <= table.length; step++) {
    const all = live.flatMap((beam) => extended(table, beam, alpha)).sort(byRank);
    const ends = ({ ids }: Found) => ids.at(-1) === IDS.eos || step === table.length;
    found.push(...cut(all).filter(ends));
    live = cut(all.filter((each) => !ends(each)));
  }
  return { found: found.sort(byRank), margin };
}

/** A hypothesis as a sequence: its ids, and its end. */
export const wholeIds = ({ ids, finished }: Hypothesis): readonly number[] => [
  ...ids,
  ...(finished ? [IDS.eos] : []),
];
