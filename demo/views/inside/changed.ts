/** What a model answers without some of its heads, beside its own answer. */
import { type ReadonlySignal, useSignal, useSignalEffect } from '@preact/signals';
import type { Translation } from 'qkv';
import type { Intervention } from 'qkv/inspect';
import { codeOf, type Engine } from '../../engine/engine';
import { slicesOf } from './attention';

/** Attention weights where there are any, and the logits. */
export const SEEN = ['{**.weights,logits}'];

export interface Changed {
  /** The interventions, as text. */
  readonly key: string;
  /** What it answers. */
  readonly answer: Translation;
  /** The same model made to answer as the whole one does: for its logits. */
  readonly forced: Translation;
}

export interface ChangedLook {
  /** Undefined without interventions. */
  readonly changed: ReadonlySignal<Changed | undefined>;
  readonly failure: ReadonlySignal<string | undefined>;
}

/** Runs the changed model, again for another answer or other interventions. */
export function useChanged(
  engine: Engine,
  model: string,
  own: ReadonlySignal<Translation | undefined>,
  interventions: () => readonly Intervention[],
): ChangedLook {
  const changed = useSignal<Changed | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  useSignalEffect(() => {
    const [whole, asked] = [own.value, interventions()];
    if (whole === undefined || asked.length === 0) {
      changed.value = undefined;
      return;
    }
    const running = new AbortController();
    const { signal } = running;
    const common = { unknown: 'copy', signal, interventions: asked, inspect: SEEN } as const;
    engine
      .use(model, async (translator) => ({
        key: keyOf(whole, asked),
        answer: await translator.translate(whole.source, common),
        forced: await translator.translate(whole.source, { ...common, target: whole.target }),
      }))
      .then(
        (found) => {
          if (signal.aborted) return;
          failure.value = undefined;
          changed.value = found;
        },
        (error: unknown) => {
          if (signal.aborted || codeOf(error) === 'aborted') return;
          failure.value = error instanceof Error ? error.message : String(error);
        },
      );
    return () => running.abort();
  });
  return { changed, failure };
}

/** Tells apart what was changed in which answer. */
export function keyOf({ source }: Translation, interventions: readonly Intervention[]): string {
  return JSON.stringify([source, interventions]);
}

/** The logits at each place of an answer [place][token]. */
export function logitsOf({ inspected }: Translation): readonly (readonly number[])[] {
  const logits = inspected?.values.logits;
  return logits === undefined ? [] : (slicesOf(logits)[0] ?? []);
}
