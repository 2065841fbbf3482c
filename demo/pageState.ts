/** What the page begins with: its models, and what was recorded of the first sentence. */
import { type Signal, signal } from '@preact/signals';
import type { AppProps, Views } from './app';
import { Engine, type ModelFiles } from './engine/engine';
import { EXAMPLES, MODELS, type ModelInfo } from './engine/models';
import recorded from './recorded.json' with { type: 'json' };
import { Answers, type Recorded } from './state/answers';

/** Translations by model. */
const RECORDED: Readonly<Record<string, Recorded>> = recorded;

/**
 * @param views the views beside the landing one
 * @param own a model that the page does not know, by its folder in models/
 */
export function pageState(views: Views, own?: string): AppProps {
  const isKnown = own === undefined || MODELS.some(({ name }) => name === own);
  const models: readonly ModelInfo[] = isKnown
    ? MODELS
    : [...MODELS, { name: own, year: undefined }];
  const engine = new Engine();
  const sentence: Signal<string> = signal(EXAMPLES[0]?.[0] ?? '');
  const answers = new Map(
    models.map(({ name }) => [name, new Answers(engine, name, RECORDED[name])] as const),
  );
  const shown = signal(models);
  const adopt = (name: string, files: ModelFiles) => {
    engine.adopt(name, files);
    if (answers.has(name)) return;
    answers.set(name, new Answers(engine, name, undefined));
    shown.value = [...shown.value, { name, year: undefined }];
  };
  return { engine, models: shown, answers, sentence, views, adopt };
}
