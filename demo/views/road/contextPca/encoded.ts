/** What the encoder of the network with one vector keeps of phrases, asked for once each. */
import { type ReadonlySignal, useSignal, useSignalEffect } from '@preact/signals';
import type { Translation } from 'qkv';
import { codeOf, type Engine } from '../../../engine/engine';
import type { Vector } from './geometry';

const MODEL = 'toy-seq2seq';

/** A phrase as the network knows it. */
export interface Encoded {
  readonly tokens: readonly string[];
  readonly unknown: readonly string[];
  /** All that the decoder is given: the last hidden state and the last cell state. */
  readonly vector: Vector;
}

const HIDDEN = 'encoder.final_hidden_l0';
const CELL = 'encoder.final_cell_l0';

function encodedOf({ sourceTokens, sourceMarks, inspected }: Translation): Encoded {
  const state = (name: string) => Array.from(inspected?.values[name]?.data ?? []);
  return {
    tokens: sourceTokens,
    unknown: sourceTokens.filter((_, i) => sourceMarks[i] !== undefined),
    vector: [...state(HIDDEN), ...state(CELL)],
  };
}

export interface EncodedPhrases {
  readonly known: ReadonlySignal<ReadonlyMap<string, Encoded>>;
  /** What went wrong with a phrase. */
  readonly failure: ReadonlySignal<string | undefined>;
}

export function useEncoded(
  engine: Engine,
  phrases: ReadonlySignal<readonly string[]>,
): EncodedPhrases {
  const known = useSignal<ReadonlyMap<string, Encoded>>(new Map());
  const failure = useSignal<string | undefined>(undefined);
  useSignalEffect(() => {
    const wanted = [...new Set(phrases.value)].filter((text) => !known.peek().has(text));
    const running = new AbortController();
    const { signal } = running;
    // An empty answer is forced, so that nothing is decoded.
    const options = { unknown: 'copy', target: '', inspect: [HIDDEN, CELL], signal } as const;
    const encode = async () => {
      const found = new Map<string, Encoded>();
      let problem: string | undefined;
      for (const text of wanted) {
        try {
          const read = await engine.use(MODEL, (one) => one.translate(text, options));
          found.set(text, encodedOf(read));
        } catch (error) {
          if (signal.aborted || codeOf(error) === 'aborted') break;
          problem = error instanceof Error ? error.message : String(error);
        }
      }
      if (found.size > 0) known.value = new Map([...known.peek(), ...found]);
      if (!signal.aborted) failure.value = problem;
    };
    if (wanted.length > 0) void encode();
    else failure.value = undefined;
    return () => running.abort();
  });
  return { known, failure };
}
