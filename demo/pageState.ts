/** What the page begins with: its models, and what was recorded of the first sentence. */
import { type Signal, signal } from '@preact/signals';
import type { AppProps, Views } from './app';
import { ALL_MODELS, corpusOf } from './engine/corpora';
import { Engine, type ModelFiles } from './engine/engine';
import { EXAMPLES, type ModelInfo } from './engine/models';
import recorded from './recorded.json' with { type: 'json' };
import { Answers, type Recorded } from './state/answers';

/** Translations by model. */
const RECORDED: Readonly<Record<string, Recorded>> = recorded;

/**
 * @param views the views beside the landing one
 * @param own a model that the page does not know, by its folder in models/
 */
export function pageState(views: Views, own?: string): AppProps {
  const engine = new Engine();
  const sentence: Signal<string> = signal(EXAMPLES[0]?.[0] ?? '');
  const answers = new Map(
    ALL_MODELS.map(({ name }) => {
      const [recorded, longest] = [RECORDED[name], corpusOf(name)?.longest];
      return [name, new Answers(engine, name, { recorded, longest })] as const;
    }),
  );
  const further = signal<readonly ModelInfo[]>([]);
  const add = (name: string) => {
    if (answers.has(name)) return;
    answers.set(name, new Answers(engine, name));
    further.value = [...further.value, { name, year: undefined }];
  };
  if (own !== undefined) add(own);
  const adopt = (name: string, files: ModelFiles) => {
    engine.adopt(name, files);
    add(name);
  };
  return { engine, further, answers, sentence, views, adopt };
}
