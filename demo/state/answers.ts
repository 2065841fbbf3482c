/**
 * What the models answer to the visitor's sentence: tokens as they come, the old request dropped
 * when the sentence changes.
 */
import { batch, type Signal, signal } from '@preact/signals';
import type { Translation } from 'qkv';
import type { Alternative, Decoding } from 'qkv/generate';
import { codeOf, type Engine } from '../engine/engine';

/** A model's answer as far as it is known. */
export interface Answer {
  /** The sentence that it translates. */
  readonly source: string;
  readonly origin: 'recorded' | 'live';
  readonly state: 'loading' | 'writing' | 'done' | 'failed';
  /** Tokens so far. */
  readonly tokens: readonly string[];
  /** The whole of it, once it is there. */
  readonly translation?: Translation;
  /** From the request to the first token, in milliseconds. */
  readonly firstMs?: number;
  readonly error?: unknown;
}

/** What is recorded of a translation. */
export type Recorded = Omit<Translation, 'sourceMarks' | 'marks' | 'hypotheses' | 'inspected'>;

/** Time without typing after which a sentence is translated. */
const PAUSE_MS = 120;

/** Number of alternatives that are shown of each token. */
const ALTERNATIVES = 5;

/** The answers of one model to the sentences that it is given. */
export class Answers {
  readonly answer: Signal<Answer | undefined>;
  /** The number of tokens that its answer was made to begin with. */
  readonly forced = signal(0);
  readonly #engine: Engine;
  readonly #name: string;
  #running = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(engine: Engine, name: string, recorded: Recorded | undefined) {
    this.#engine = engine;
    this.#name = name;
    this.answer = signal(
      recorded && {
        source: recorded.source,
        origin: 'recorded',
        state: 'done',
        tokens: recorded.tokens,
        translation: { ...recorded, sourceMarks: [], marks: [], hypotheses: [] },
      },
    );
  }

  /** Translates a sentence after a pause, in place of any other. */
  ask(source: string, pause = PAUSE_MS): void {
    clearTimeout(this.#timer);
    this.#running.abort();
    this.#timer = setTimeout(() => {
      this.forced.value = 0;
      void this.#answer(source);
    }, pause);
  }

  /** Drops the answer and the request. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#running.abort();
    this.forced.value = 0;
    this.answer.value = undefined;
  }

  /** Writes the answer anew, up to a place as it is, then with this token. */
  force(place: number, token: number): void {
    const { source, translation } = this.answer.value ?? {};
    if (source === undefined || translation === undefined) return;
    this.forced.value = place + 1;
    void this.#answer(source, [...idsOf(translation).slice(0, place), token]);
  }

  /** Goes back to the model's own answer. */
  release(): void {
    const source = this.answer.value?.source;
    this.forced.value = 0;
    if (source !== undefined) void this.#answer(source);
  }

  /** The likeliest tokens at each place of the answer as it is. */
  async alternatives(): Promise<readonly (readonly Alternative[])[]> {
    const { translation, source } = this.answer.value ?? {};
    if (translation === undefined || source === undefined) return [];
    const prefix = [idsOf(translation)];
    const decoding = { kind: 'greedy', alternatives: ALTERNATIVES, prefix } as const;
    const found = await this.#translate(source, { decoding });
    return found.hypotheses[0]?.alternatives ?? [];
  }

  /** A beam search of the sentence, with all that it kept at any step. */
  beams(width: number): Promise<Translation> {
    const source = this.answer.value?.source ?? '';
    const decoding = { kind: 'beam', width, best: width, searchTree: true } as const;
    return this.#translate(source, { decoding });
  }

  #translate(source: string, options: { readonly decoding: Decoding }): Promise<Translation> {
    return this.#engine.use(this.#name, (translator) =>
      translator.translate(source, { unknown: 'copy', ...options }),
    );
  }

  async #answer(source: string, prefix?: readonly number[]): Promise<void> {
    this.#running.abort();
    const running = new AbortController();
    this.#running = running;
    const { signal: aborted } = running;
    const isCurrent = () => this.#running === running && !aborted.aborted;
    const begin: Answer = { source, origin: 'live', state: 'loading', tokens: [] };
    const previous = this.answer.value;
    // What was recorded of the same sentence stays in view until the model has written it itself.
    const keeps = previous?.origin === 'recorded' && previous.source === source;
    if (!keeps) this.answer.value = begin;
    const decoding: Decoding = { kind: 'greedy', ...(prefix ? { prefix: [prefix] } : {}) };
    const tokens: string[] = [];
    let firstMs: number | undefined;
    try {
      const translation = await this.#engine.use(this.#name, (translator) => {
        const start = performance.now();
        const onToken = (token: string) => {
          firstMs ??= performance.now() - start;
          tokens.push(token);
          if (!isCurrent() || keeps) return;
          this.answer.value = { ...begin, state: 'writing', tokens: [...tokens], firstMs };
        };
        if (isCurrent() && !keeps) this.answer.value = { ...begin, state: 'writing' };
        return translator.translate(source, {
          decoding,
          unknown: 'copy',
          signal: aborted,
          onToken,
        });
      });
      if (!isCurrent()) return;
      this.answer.value = {
        ...begin,
        state: 'done',
        tokens: translation.tokens,
        translation,
        ...(firstMs === undefined ? {} : { firstMs }),
      };
    } catch (error) {
      if (!isCurrent() || codeOf(error) === 'aborted') return;
      batch(() => {
        this.answer.value = { ...begin, state: 'failed', error };
      });
    }
  }
}

/** The ids of the best hypothesis. */
function idsOf({ hypotheses }: Translation): readonly number[] {
  return hypotheses[0]?.ids ?? [];
}

/** The answers by model. */
export type AnswersByModel = ReadonlyMap<string, Answers>;
