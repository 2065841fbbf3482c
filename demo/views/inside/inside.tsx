/** The view of what happens inside a translator while it reads and answers the visitor's sentence. */
import type { Signal } from '@preact/signals';
import type { Engine } from '../../engine/engine';
import { MODELS } from '../../engine/models';
import { language, words } from '../../state/settings';
import { Choice } from '../../widgets/choice';
import { SentenceBar } from '../../widgets/sentenceBar';
import { Heads } from './heads';
import { PlanPart } from './planPart';
import { RolloutPart } from './rolloutPart';
import { PARTS, useInsideState } from './state';
import { ValuesPart } from './valuesPart';
import { WORDS } from './words';
import '../../style/widgets.css';
import '../../style/road.css';
import './inside.css';

export interface InsideProps {
  readonly engine: Engine;
  readonly sentence: Signal<string>;
}

const VIEWS = { heads: Heads, rollout: RolloutPart, values: ValuesPart, plan: PlanPart } as const;

export default function Inside({ engine, sentence }: InsideProps) {
  const own = WORDS[language.value];
  const state = useInsideState(sentence);
  const [part, model] = [state.part.value, state.model.value];
  const Shown = VIEWS[part];
  return (
    <main id="content" class="inside-view">
      <SentenceBar
        text={sentence.value}
        onText={(text) => {
          sentence.value = text;
        }}
      />
      <div class="inside-menu">
        <nav class="views parts" aria-label={own.menu}>
          {PARTS.map((name) => (
            <a
              key={name}
              href={state.address({ part: name, head: undefined })}
              aria-current={name === part ? 'page' : undefined}
            >
              {own.parts[name]}
            </a>
          ))}
        </nav>
        <div class="controls">
          <Choice
            label={own.model}
            options={MODELS.map(({ name, year }) => [
              name,
              `${words.value.generations[name]?.name ?? name} · ${year}`,
            ])}
            chosen={state.model}
          />
        </div>
      </div>
      <Shown key={`${part} ${model}`} {...{ engine, sentence, state, model }} />
    </main>
  );
}
