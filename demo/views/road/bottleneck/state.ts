/** The answers of three generations to the visitor's sentence, and what is measured by length. */
import { type ReadonlySignal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { type Compared, compareTokens } from '../../../engine/difference';
import { codeOf } from '../../../engine/engine';
import { MODELS } from '../../../engine/models';
import { normalised } from '../../../engine/sentences';
import { type Answer, Answers } from '../../../state/answers';
import { keepInAddress } from '../../../state/route';
import { type Grammar, useGrammar } from '../../../state/truths';
import { wordsOf } from '../../../widgets/wordGroups';
import type { FigureProps } from '../figures';
import { lengthOf, sentenceBleu } from './lengths';
import { type Measured, measure } from './measure';

/** What a model made of the sentence. */
export interface Outcome {
  readonly model: string;
  readonly answer: Answer | undefined;
  /** The answer beside the true translation; undefined where that is unknown or not all written. */
  readonly compared: readonly Compared[] | undefined;
  /** BLEU of the sentence, 0 to 100. */
  readonly bleu: number | undefined;
}

export interface BottleneckState {
  readonly grammar: ReadonlySignal<Grammar | undefined>;
  readonly truth: ReadonlySignal<readonly string[] | undefined>;
  /** Words of the sentence. */
  readonly length: ReadonlySignal<number>;
  readonly outcomes: ReadonlySignal<readonly Outcome[]>;
  readonly measured: ReadonlySignal<readonly Measured[]>;
  /** How far the measurement is; undefined where none runs. */
  readonly fraction: ReadonlySignal<number | undefined>;
  readonly failure: ReadonlySignal<string | undefined>;
  start(): void;
  stop(): void;
}

export function useBottleneck({ engine, sentence }: FigureProps): BottleneckState {
  const grammar = useGrammar(engine);
  const all = useMemo(
    () => MODELS.map(({ name }) => [name, new Answers(engine, name)] as const),
    [],
  );
  const measured = useSignal<readonly Measured[]>([]);
  const fraction = useSignal<number | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const running = useSignal<AbortController | undefined>(undefined);
  useSignalEffect(() => {
    const text = sentence.value;
    keepInAddress({ text });
    for (const [, answers] of all) {
      if (text.trim() === '') answers.clear();
      else answers.ask(text);
    }
  });
  useEffect(
    () => () => {
      for (const [, answers] of all) answers.clear();
      running.peek()?.abort();
    },
    [],
  );
  const truth = useComputed(() => grammar.value?.truthOf(sentence.value)?.french);
  const outcomes = useComputed(() =>
    all.map(([model, { answer }]): Outcome => {
      const { state, source, tokens = [] } = answer.value ?? {};
      const isDone = state === 'done' && source === sentence.value && truth.value !== undefined;
      const found = wordsOf(tokens);
      return {
        ...{ model, answer: answer.value },
        compared: isDone ? compareTokens(found, truth.value ?? []) : undefined,
        bleu: isDone ? sentenceBleu(found, truth.value ?? []) : undefined,
      };
    }),
  );
  const start = () => {
    const drawn = grammar.peek();
    if (drawn === undefined || running.peek() !== undefined) return;
    const controller = new AbortController();
    running.value = controller;
    [measured.value, fraction.value, failure.value] = [[], 0, undefined];
    measure(engine, drawn, controller.signal, (part, so) => {
      if (controller.signal.aborted) return;
      fraction.value = part;
      if (so.length !== measured.peek().length) measured.value = so;
    })
      .catch((error: unknown) => {
        if (codeOf(error) === 'aborted') return;
        failure.value = error instanceof Error ? error.message : String(error);
      })
      .finally(() => {
        [fraction.value, running.value] = [undefined, undefined];
      });
  };
  return {
    ...{ grammar, truth, outcomes, measured, fraction, failure, start },
    length: useComputed(() => {
      const text = normalised(sentence.value);
      return text === '' ? 0 : lengthOf(text);
    }),
    stop: () => running.peek()?.abort(),
  };
}
