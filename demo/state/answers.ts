/**
 * What the models answer to the visitor's sentence: tokens as they come, the old request dropped
 * when the sentence changes.
 */
import { batch, type Signal, signal } from '@preact/signals';
import type { Translation } from 'qkv';
import type { Alternative, Decoding } from 'qkv/generate';
import { clausesOf, joinTranslations } from '../engine/clauses';
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
  /** The translations of its parts, more than one where a long sentence was split at clauses. */
  readonly parts?: readonly Translation[];
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

/** Tokens that an answer is made to begin with. */
interface Forced {
  readonly prefix: readonly number[];
  /** The index of the part that begins with them; the parts before it stay as they are. */
  readonly part: number;
  readonly before: readonly Translation[];
}

export interface AnswersOptions {
  readonly recorded?: Recorded | undefined;
  /** The most words of a sentence; longer ones are split at their clauses. */
  readonly longest?: number | undefined;
}

/** The answers of one model to the sentences that it is given. */
export class Answers {
  readonly answer: Signal<Answer | undefined>;
  /** The number of tokens that its answer was made to begin with. */
  readonly forced = signal(0);
  readonly #engine: Engine;
  readonly #name: string;
  readonly #longest: number | undefined;
  #running = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(engine: Engine, name: string, { recorded, longest }: AnswersOptions = {}) {
    this.#engine = engine;
    this.#name = name;
    this.#longest = longest;
    const translation = recorded && { ...recorded, sourceMarks: [], marks: [], hypotheses: [] };
    this.answer = signal(
      translation && {
        source: translation.source,
        origin: 'recorded',
        state: 'done',
        tokens: translation.tokens,
        translation,
        parts: [translation],
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
    const { source, parts = [] } = this.answer.value ?? {};
    if (source === undefined) return;
    let within = place;
    let part = 0;
    for (; part + 1 < parts.length; part++) {
      const count = parts[part]?.tokens.length ?? 0;
      if (within < count) break;
      within -= count;
    }
    const prefix = [...idsOf(parts[part]).slice(0, within), token];
    this.forced.value = place + 1;
    void this.#answer(source, { prefix, part, before: parts.slice(0, part) });
  }

  /** Goes back to the model's own answer. */
  release(): void {
    const source = this.answer.value?.source;
    this.forced.value = 0;
    if (source !== undefined) void this.#answer(source);
  }

  /** The likeliest tokens at each place of the answer as it is, and at its end. */
  async alternatives(): Promise<readonly (readonly Alternative[])[]> {
    const { parts = [] } = this.answer.value ?? {};
    const found: (readonly Alternative[])[] = [];
    for (const [i, part] of parts.entries()) {
      const decoding = {
        kind: 'greedy',
        alternatives: ALTERNATIVES,
        prefix: [idsOf(part)],
      } as const;
      const { hypotheses } = await this.#translate(part.source, { decoding });
      const lists = hypotheses[0]?.alternatives ?? [];
      found.push(...(i + 1 < parts.length ? lists.slice(0, part.tokens.length) : lists));
    }
    return found;
  }

  /** A beam search of each part of the sentence, with all that it kept at any step. */
  async beams(width: number): Promise<readonly Translation[]> {
    const { parts = [] } = this.answer.value ?? {};
    const decoding = { kind: 'beam', width, best: width, searchTree: true } as const;
    const found: Translation[] = [];
    for (const { source } of parts) found.push(await this.#translate(source, { decoding }));
    return found;
  }

  #translate(source: string, options: { readonly decoding: Decoding }): Promise<Translation> {
    return this.#engine.use(this.#name, (translator) =>
      translator.translate(source, { unknown: 'copy', ...options }),
    );
  }

  async #answer(source: string, forced?: Forced): Promise<void> {
    this.#running.abort();
    const running = new AbortController();
    this.#running = running;
    const { signal: aborted } = running;
    const isCurrent = () => this.#running === running && !aborted.aborted;
    const begin: Answer = { source, origin: 'live', state: 'loading', tokens: [] };
    const previous = this.answer.value;
    // What was recorded of the same sentence stays in view until the model has written it itself.
    const keeps = previous?.origin === 'recorded' && previous.source === source;
    const show = (answer: Answer) => {
      if (isCurrent() && !keeps) this.answer.value = answer;
    };
    show(begin);
    const texts = this.#longest === undefined ? [source] : clausesOf(source, this.#longest);
    const parts: Translation[] = [...(forced?.before ?? [])];
    let firstMs: number | undefined;
    try {
      for (const text of texts.slice(parts.length)) {
        const prefix = forced?.part === parts.length ? forced.prefix : undefined;
        const decoding: Decoding = { kind: 'greedy', ...(prefix ? { prefix: [prefix] } : {}) };
        const before = parts.length === 0 ? [] : joinTranslations(source, parts).tokens;
        const tokens: string[] = [];
        const translation = await this.#engine.use(this.#name, (translator) => {
          const start = performance.now();
          show({ ...begin, state: 'writing', tokens: before });
          const onToken = (token: string) => {
            firstMs ??= performance.now() - start;
            tokens.push(token);
            show({ ...begin, state: 'writing', tokens: [...before, ...tokens], firstMs });
          };
          const options = { decoding, unknown: 'copy', signal: aborted, onToken } as const;
          return translator.translate(text, options);
        });
        parts.push(translation);
      }
      if (!isCurrent()) return;
      const translation = joinTranslations(source, parts);
      this.answer.value = {
        ...begin,
        state: 'done',
        tokens: translation.tokens,
        translation,
        parts,
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
function idsOf(translation: Translation | undefined): readonly number[] {
  return translation?.hypotheses[0]?.ids ?? [];
}

/** The answers by model. */
export type AnswersByModel = ReadonlyMap<string, Answers>;
