/** A value, parameter or gradient inside a model by its name, for the answer in view. */

import { type ReadonlySignal, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Translation } from 'qkv';
import type { ValueNames } from 'qkv/inspect';
import type { RemoteObject } from 'qkv/worker';
import type { Engine } from '../../engine/engine';
import { modelFolder } from '../../engine/models';
import type { Value } from './attention';
import type { InsideModel } from './modelService';

export interface InsideValue extends Value {
  readonly name: string;
  readonly kind: 'value' | 'gradient';
  readonly answer: Translation;
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** The names of what can be seen in a model. */
export function useNames(engine: Engine, model: string) {
  const names = useSignal<ValueNames | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  useSignalEffect(() => {
    let isLeft = false;
    engine
      .use(
        model,
        (translator) =>
          // The CPU translates without looking inside.
          translator.valueNames?.() ?? Promise.reject(engine.noGpu.value),
      )
      .then(
        (found) => {
          if (!isLeft) names.value = found;
        },
        (error: unknown) => {
          if (!isLeft) failure.value = textOf(error);
        },
      );
    return () => {
      isLeft = true;
    };
  });
  return { names, failure };
}

/** Looks for the name in the model, again for another answer or name. */
export function useInsideValue(
  engine: Engine,
  model: string,
  answer: ReadonlySignal<Translation | undefined>,
  name: ReadonlySignal<string | undefined>,
  kind: ReadonlySignal<'value' | 'gradient'>,
) {
  const found = useSignal<InsideValue | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const opened = useRef<Promise<RemoteObject<InsideModel>> | undefined>(undefined);
  const forget = () => {
    void opened.current?.then((one) => one.dispose()).catch(() => undefined);
    opened.current = undefined;
  };
  useEffect(() => forget, []);
  useSignalEffect(() => {
    const [translation, asked, what] = [answer.value, name.value, kind.value];
    if (translation === undefined || asked === undefined) return;
    let isLeft = false;
    const pair = {
      words: translation.sourceTokens,
      ids: (translation.hypotheses[0]?.ids ?? []).slice(0, translation.tokens.length),
    };
    const folder = modelFolder(model);
    engine
      .call(async ({ insideModel }) => {
        opened.current ??= insideModel(folder);
        try {
          return await (await opened.current).look(pair, asked, what === 'gradient');
        } catch (error) {
          forget();
          throw error;
        }
      })
      .then(
        (value) => {
          if (isLeft) return;
          failure.value = undefined;
          found.value = { ...value, name: asked, kind: what, answer: translation };
        },
        (error: unknown) => {
          if (!isLeft) failure.value = textOf(error);
        },
      );
    return () => {
      isLeft = true;
    };
  });
  return { found, failure };
}
