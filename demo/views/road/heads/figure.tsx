/** Every head of the transformer compared with what the grammar knows, and one of them at work. */
import { batch, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { ToyPair } from 'qkv/toy';
import { FIRST_MODEL } from '../../../engine/models';
import { useLook } from '../../../state/look';
import { keepInAddress, route } from '../../../state/route';
import { language, words } from '../../../state/settings';
import { Choice } from '../../../widgets/choice';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { useBaselines } from './baselines';
import Formula from './formula.tex';
import { HeadPicture } from './headPicture';
import { useMeasured } from './measure';
import { Measuring } from './measuring';
import { ASKED, bestHead, nameOf, PATTERNS } from './scores';
import { ScoreTable } from './scoreTable';
import { pairOf, viewOf } from './view';
import { WORDS } from './words';

/** Sentences whose truth is known, and how many of them are scored at first. */
const KNOWN = 300;
const SCORED = 50;

/** Heads of each attention in all layers. */
const HEADS = 8;

/** The relation that is shown first. */
const FIRST = 12;

/** In place of a head: the best one for the relation. */
const BEST = -1;

/** A whole number of the address. */
function asked(name: string, fallback: number, most: number): number {
  const value = Number(route.peek().query.get(name) ?? fallback);
  return Number.isInteger(value) && value >= 0 && value <= most ? value : fallback;
}

export default function WhatHeadsLearn({ engine, sentence }: FigureProps) {
  const own = WORDS[language.value];
  const relation = useSignal(asked('relation', FIRST, ASKED.length - 1));
  // A head is chosen for one relation; any other is drawn with its best head.
  const chosen = useSignal({ relation: relation.peek(), head: asked('head', BEST, HEADS - 1) });
  const goal = useSignal(Math.max(1, asked('sentences', SCORED, KNOWN)));
  const pairs = useSignal<readonly ToyPair[]>([]);
  const grammarFailure = useSignal<string | undefined>(undefined);
  useSignalEffect(() => {
    engine
      .call((services) => services.grammarPairs(KNOWN))
      .then(
        (found) => {
          pairs.value = found;
        },
        (error: unknown) => {
          grammarFailure.value = error instanceof Error ? error.message : String(error);
        },
      );
  });
  const measured = useMeasured(engine, pairs, goal.peek());
  const truth = useComputed(() => pairOf(pairs.value, sentence.value));
  const { translation: found, failure } = useLook(engine, FIRST_MODEL, sentence, () => ({
    inspect: PATTERNS,
    ...(truth.value && { target: truth.value.target.join(' ') }),
  }));
  const pinned = useComputed(() =>
    chosen.value.relation === relation.value ? chosen.value.head : BEST,
  );
  useSignalEffect(() => {
    keepInAddress({
      text: sentence.value,
      relation: String(relation.value),
      head: pinned.value === BEST ? undefined : String(pinned.value),
      sentences: goal.value === SCORED ? undefined : String(goal.value),
    });
  });
  const best = useComputed(() => bestHead(measured.scores.value[relation.value] ?? []));
  const head = useComputed(() => (pinned.value === BEST ? best.value : pinned.value));
  const view = useComputed(() => {
    const one = ASKED[relation.value];
    if (found.value === undefined || one === undefined || pairs.value.length === 0)
      return undefined;
    return viewOf(found.value, pairs.value, one, head.value);
  });
  // They are of all sentences at once, so they wait until these are read.
  const read = useComputed(() =>
    measured.isRunning.value ? [] : pairs.value.slice(0, measured.done.value),
  );
  const baselines = useBaselines(read, relation);
  const one = ASKED[relation.value];
  const failed = failure.value ?? measured.failure.value ?? grammarFailure.value;
  const isDone = !measured.isRunning.value && measured.done.value > 0;
  return (
    <FigureFrame
      number={22}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://arxiv.org/abs/1906.04341' }}
      notice={own.notice}
      numbers={
        isDone && view.value && one
          ? {
              sentence: sentence.value,
              relation: nameOf(one),
              head: head.value,
              bestHead: best.value,
              sentences: measured.done.value,
              scores: measured.scores.value[relation.value],
              baseline: baselines.value.get(relation.value),
              ...view.value,
            }
          : undefined
      }
    >
      {failed !== undefined && <p role="alert">{failed}</p>}
      <div class="controls">
        <Choice
          label={own.relation}
          options={ASKED.map((item, i) => [
            i,
            `${own.attention[item.kind.name]}: ${own.relations[nameOf(item)]}`,
          ])}
          chosen={relation}
        />
        <button
          type="button"
          class="look"
          disabled={pairs.value.length === 0}
          data-action="another"
          onClick={() => {
            const drawn = pairs.value[Math.floor(Math.random() * pairs.value.length)];
            if (drawn !== undefined) sentence.value = drawn.source.join(' ');
          }}
        >
          {own.another}
        </button>
      </div>
      <Measuring own={own} measured={measured} goal={goal} most={KNOWN} />
      <ScoreTable
        own={own}
        scores={measured.scores.value}
        baselines={baselines.value}
        asked={relation.value}
        head={head.value}
        onChoose={(place, at) => {
          batch(() => {
            relation.value = place;
            chosen.value = { relation: place, head: at };
          });
        }}
      />
      {view.value && one ? (
        <HeadPicture
          own={own}
          view={view.value}
          asked={one}
          head={head.value}
          isBest={isDone && head.value === best.value}
        />
      ) : (
        failed === undefined && <p class="hint">{words.value.loading} …</p>
      )}
    </FigureFrame>
  );
}
