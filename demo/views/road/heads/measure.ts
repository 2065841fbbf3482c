/** Scores all heads over sentences of the grammar, while the visitor watches. */
import { batch, type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ToyPair } from 'qkv/toy';
import { codeOf, type Engine } from '../../../engine/engine';
import { FIRST_MODEL } from '../../../engine/models';
import { NO_SCORES, PATTERNS, type Scores, withSentence } from './scores';

/** Time between two updates of what is shown. */
const UPDATE_MS = 300;

export interface Measured {
  readonly scores: ReadonlySignal<Scores>;
  /** The number of sentences that were scored. */
  readonly done: ReadonlySignal<number>;
  readonly isRunning: ReadonlySignal<boolean>;
  readonly failure: ReadonlySignal<string | undefined>;
  /** Scores up to so many sentences. */
  go(goal: number): void;
  stop(): void;
}

/** @param pairs the sentences, as soon as they are there  @param goal how many are scored at first */
export function useMeasured(
  engine: Engine,
  pairs: ReadonlySignal<readonly ToyPair[]>,
  goal: number,
): Measured {
  const scores = useSignal<Scores>(NO_SCORES);
  const done = useSignal(0);
  const failure = useSignal<string | undefined>(undefined);
  const running = useRef<AbortController | undefined>(undefined);
  const isRunning = useSignal(false);
  const stop = () => {
    running.current?.abort();
    running.current = undefined;
    isRunning.value = false;
  };
  const run = async (upTo: number, own: AbortController) => {
    const { signal } = own;
    let found = scores.peek();
    let shownAt = 0;
    for (let i = done.peek(); i < Math.min(upTo, pairs.peek().length); i++) {
      const pair = pairs.peek()[i];
      if (pair === undefined) break;
      const { inspected } = await engine.use(FIRST_MODEL, (translator) =>
        translator.translate(pair.source.join(' '), {
          inspect: PATTERNS,
          target: pair.target.join(' '),
          signal,
        }),
      );
      if (signal.aborted) return;
      if (inspected !== undefined) found = withSentence(found, pair, inspected);
      const isLast = i + 1 >= upTo;
      if (!isLast && performance.now() - shownAt < UPDATE_MS) continue;
      shownAt = performance.now();
      batch(() => {
        scores.value = found;
        done.value = i + 1;
      });
    }
  };
  const go = (upTo: number) => {
    stop();
    const own = new AbortController();
    batch(() => {
      running.current = own;
      isRunning.value = true;
      failure.value = undefined;
    });
    run(upTo, own).then(
      () => {
        if (running.current === own) stop();
      },
      (error: unknown) => {
        if (running.current !== own) return;
        stop();
        if (codeOf(error) === 'aborted') return;
        failure.value = error instanceof Error ? error.message : String(error);
      },
    );
  };
  const isThere = pairs.value.length > 0;
  useEffect(() => {
    if (isThere) go(goal);
    return stop;
  }, [isThere]);
  return { scores, done, isRunning, failure, go, stop };
}
