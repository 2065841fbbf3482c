/** Several attentions side by side, what W_O makes of them, and the model without some of them. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { codeOf } from '../../../engine/engine';
import { FIRST_MODEL, modelFolder } from '../../../engine/models';
import { keepInAddress, route } from '../../../state/route';
import { language, words } from '../../../state/settings';
import { Chips } from '../../../widgets/chips';
import { Choice } from '../../../widgets/choice';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { Effects } from './effects';
import Formula from './formula.tex';
import { HeadCards } from './headCards';
import { type Changed, HEADS, measureChanged, measureWhole, PLACES, type Whole } from './measure';
import { OneWord } from './oneWord';
import { meanNorms, wordOutput } from './output';
import type { Projection } from './service';
import { WORDS } from './words';
import './multiHead.css';

const END = '■';
const START = '▸';

/** What is shown first: a head that is off, without which an adjective loses its agreement. */
const FIRST = { place: 1, off: '2', word: 1 };

/** Time without typing after which the model is asked. */
const PAUSE_MS = 120;

/** A whole number of the address. */
function asked(name: string, fallback: number, most: number): number {
  const value = Number(route.peek().query.get(name) ?? fallback);
  return Number.isInteger(value) && value >= 0 && value <= most ? value : fallback;
}

/** The heads that the address switches off, counted from 0. */
function askedOff(): readonly number[] {
  const heads = (route.peek().query.get('off') ?? FIRST.off).split(',').map(Number);
  return Array.from({ length: HEADS }, (_, head) => head).filter((head) =>
    heads.includes(head + 1),
  );
}

export default function MultiHead({ engine, sentence }: FigureProps) {
  const own = WORDS[language.value];
  const placeIndex = useSignal(asked('place', FIRST.place, PLACES.length - 1));
  const off = useSignal(askedOff());
  const word = useSignal(asked('word', FIRST.word, 99));
  const whole = useSignal<Whole | undefined>(undefined);
  const changed = useSignal<(Changed & { readonly of: Whole }) | undefined>(undefined);
  const projections = useSignal<readonly Projection[]>([]);
  const failure = useSignal<string | undefined>(undefined);
  const fail = (error: unknown) => {
    if (codeOf(error) === 'aborted') return;
    failure.value = error instanceof Error ? error.message : String(error);
  };
  useSignalEffect(() => {
    const folder = modelFolder(FIRST_MODEL);
    const paths = PLACES.map(({ path }) => path);
    engine
      .call((services) => services.outputProjections(folder, paths))
      .then((found) => {
        projections.value = found;
      }, fail);
  });
  useSignalEffect(() => {
    const [text, place] = [sentence.value, PLACES[placeIndex.value]];
    const running = new AbortController();
    const { signal } = running;
    const ask = () => {
      if (place === undefined) return;
      measureWhole(engine, text, place, signal).then(
        (found) => {
          if (signal.aborted) return;
          failure.value = undefined;
          whole.value = found;
        },
        (error: unknown) => {
          if (!signal.aborted) fail(error);
        },
      );
    };
    const timer = setTimeout(ask, whole.peek() === undefined ? 0 : PAUSE_MS);
    return () => {
      clearTimeout(timer);
      running.abort();
    };
  });
  useSignalEffect(() => {
    const [of, heads] = [whole.value, off.value];
    changed.value = undefined;
    if (of === undefined || heads.length === 0) return;
    const running = new AbortController();
    measureChanged(engine, of, heads, running.signal).then(
      (found) => {
        if (!running.signal.aborted) changed.value = { ...found, of };
      },
      (error: unknown) => {
        if (!running.signal.aborted) fail(error);
      },
    );
    return () => running.abort();
  });
  useSignalEffect(() => {
    keepInAddress({
      text: sentence.value,
      place: String(placeIndex.value),
      // Without a value in the address a head is off, so that none has one of its own.
      off: off.value.length === 0 ? 'none' : off.value.map((head) => head + 1).join(','),
      word: String(word.value),
    });
  });
  const view = useComputed(() => {
    const found = whole.value;
    const projection = found && projections.value[PLACES.indexOf(found.place)];
    if (found === undefined || projection === undefined) return undefined;
    const { place, translation, reference, contexts } = found;
    const source = [...translation.sourceTokens, END];
    const target = [START, ...reference];
    const asking = place.kind === 'encoder' ? source : target;
    const answering = place.kind === 'decoder' ? target : source;
    const at = Math.min(word.value, asking.length - 1);
    const own = contexts.map((rows) => rows[at] ?? []);
    return {
      found,
      projection,
      asking,
      answering,
      at,
      contexts: own,
      norms: meanNorms(contexts, projection),
      result: wordOutput(own, projection, new Set(off.value)),
    };
  });
  const shown = view.value;
  const now = changed.value?.of === shown?.found ? changed.value : undefined;
  const isReady = shown !== undefined && (off.value.length === 0 || now !== undefined);
  return (
    <FigureFrame
      number={19}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://arxiv.org/abs/1706.03762' }}
      notice={own.notice}
      numbers={
        isReady
          ? {
              sentence: shown.found.text,
              place: shown.found.place.path,
              reference: shown.found.reference,
              isTruth: shown.found.isTruth,
              off: off.value,
              asking: shown.asking,
              answering: shown.answering,
              weights: shown.found.weights,
              contexts: shown.found.contexts,
              projection: shown.projection,
              norms: shown.norms,
              word: shown.at,
              ...shown.result,
              translation: shown.found.translation.tokens,
              loss: shown.found.loss,
              lossesWithoutOne: shown.found.losses,
              logits: shown.found.logits,
              without: now && {
                translation: now.translation.tokens,
                loss: now.loss,
                contexts: now.contexts,
                logits: now.logits,
              },
            }
          : undefined
      }
    >
      {failure.value !== undefined && <p role="alert">{failure.value}</p>}
      {shown === undefined ? (
        failure.value === undefined && <p class="hint">{words.value.loading} …</p>
      ) : (
        <>
          <div class="controls">
            <Choice
              label={own.place}
              options={PLACES.map(({ kind, layer }, i) => [i, own.places[kind](layer)])}
              chosen={placeIndex}
            />
            <button
              type="button"
              class="look"
              data-action="restore"
              disabled={off.value.length === 0}
              onClick={() => {
                off.value = [];
              }}
            >
              {own.restore}
            </button>
          </div>
          <HeadCards
            own={own}
            whole={shown.found}
            asking={shown.asking}
            answering={shown.answering}
            norms={shown.norms}
            off={off}
          />
          <Effects own={own} whole={shown.found} changed={now} off={off.value} />
          <Chips legend={own.word} words={shown.asking} chosen={word} />
          <OneWord
            own={own}
            word={shown.asking[shown.at] ?? ''}
            contexts={shown.contexts}
            result={shown.result}
            projection={shown.projection}
            off={off.value}
          />
        </>
      )}
    </FigureFrame>
  );
}
