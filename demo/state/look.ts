/** What a look inside a model shows of the visitor's sentence: again when the sentence changes. */
import { batch, type ReadonlySignal, useSignal, useSignalEffect } from '@preact/signals';
import type { GenerationOptions, Translation } from 'qkv';
import { codeOf, type Engine } from '../engine/engine';

/** Time without typing after which a model is asked. */
const PAUSE_MS = 120;

export type LookOptions = Pick<GenerationOptions, 'inspect' | 'interventions' | 'target'>;

export interface Look {
  readonly translation: ReadonlySignal<Translation | undefined>;
  /** The options with which it was made. */
  readonly asked: ReadonlySignal<LookOptions | undefined>;
  /** What went wrong, in place of a translation. */
  readonly failure: ReadonlySignal<string | undefined>;
}

/**
 * Translates the sentence and looks inside.
 * @param options may read signals: a change of theirs asks again; undefined asks nothing
 */
export function useLook(
  engine: Engine,
  model: string,
  sentence: ReadonlySignal<string>,
  options: () => LookOptions | undefined,
): Look {
  const translation = useSignal<Translation | undefined>(undefined);
  const done = useSignal<LookOptions | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  useSignalEffect(() => {
    const [text, asked] = [sentence.value, options()];
    if (asked === undefined) {
      translation.value = undefined;
      failure.value = undefined;
      return undefined;
    }
    const running = new AbortController();
    const { signal } = running;
    const ask = () =>
      engine
        .use(model, (translator) =>
          translator.translate(text, { unknown: 'copy', signal, ...asked }),
        )
        .then(
          (found) => {
            if (signal.aborted) return;
            batch(() => {
              failure.value = undefined;
              translation.value = found;
              done.value = asked;
            });
          },
          (error: unknown) => {
            if (signal.aborted || codeOf(error) === 'aborted') return;
            failure.value = error instanceof Error ? error.message : String(error);
          },
        );
    const timer = setTimeout(ask, translation.peek() === undefined ? 0 : PAUSE_MS);
    return () => {
      clearTimeout(timer);
      running.abort();
    };
  });
  return { translation, asked: done, failure };
}
