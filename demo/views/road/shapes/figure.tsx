/** Four tiny networks, one for each shape of input and output, trained while the visitor looks. */
import { batch, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RemoteObject } from 'qkv/worker';
import { codeOf } from '../../../engine/engine';
import { askedIndex } from '../../../state/asked';
import { keepInAddress, route } from '../../../state/route';
import { language, words } from '../../../state/settings';
import { Choice } from '../../../widgets/choice';
import { percent } from '../../../widgets/percent';
import { Slider } from '../../../widgets/slider';
import { WORDS as CORPUS } from '../corpus/words';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { wordsOf } from '../selfSupervision/labels';
import Formula from './formula.tex';
import type { Prediction, Progress, ShapeLab, Trained } from './service';
import './shapes.css';
import { NO_WORD, type PhraseWords, SHAPES, type Shape } from './shapeNames';
import { Unrolled } from './unrolled';
import { WORDS } from './words';

type ByShape<T> = Readonly<Partial<Record<Shape, T | undefined>>>;

/** A prediction, and what it is of. */
interface Said extends Prediction {
  readonly input: readonly string[];
}

/** Milliseconds between two looks at a network that trains. */
const LOOK_MS = 400;
const LONGEST = 20;

export default function Shapes({ engine, sentence }: FigureProps) {
  const own = WORDS[language.value];
  const classes: Readonly<Record<string, string>> = CORPUS[language.value].classes;
  const lab = useSignal<RemoteObject<ShapeLab> | undefined>(undefined);
  const choices = useSignal<PhraseWords | undefined>(undefined);
  const progress = useSignal<ByShape<Progress>>({});
  const trained = useSignal<ByShape<Trained>>({});
  const said = useSignal<ByShape<Said>>({});
  const failure = useSignal<string | undefined>(undefined);
  const count = useSignal(askedIndex('length', 5, LONGEST));
  const [determiner, adjective, noun] = [
    useSignal(askedText('determiner', 'a')),
    useSignal(askedText('adjective', 'strange')),
    useSignal(askedText('noun', 'queen')),
  ];
  const all = useComputed(() => wordsOf(sentence.value).slice(0, LONGEST));
  const read = useComputed(() => all.value.slice(0, Math.max(1, count.value)));
  const inputs = useComputed(
    (): Readonly<Record<Shape, readonly string[]>> => ({
      oneToOne: read.value.slice(-1),
      oneToMany: phraseOf(choices.value, [determiner.value, adjective.value, noun.value]),
      manyToOne: read.value,
      manyToMany: read.value,
    }),
  );
  useSignalEffect(() => {
    keepInAddress({
      text: sentence.value,
      length: String(count.value),
      determiner: determiner.value,
      adjective: adjective.value,
      noun: noun.value,
    });
  });
  const fail = (error: unknown) => {
    if (codeOf(error) === 'aborted') return;
    failure.value = error instanceof Error ? error.message : String(error);
  };
  /** Asks a network what it says now. */
  const ask = async (shape: Shape) => {
    const input = inputs.peek()[shape];
    if (lab.peek() === undefined || input.length === 0) return;
    const prediction = await lab.peek()?.predict(shape, input);
    if (prediction === undefined || input !== inputs.peek()[shape]) return;
    said.value = { ...said.peek(), [shape]: { ...prediction, input } };
  };
  useEffect(() => {
    const running = new AbortController();
    const { signal } = running;
    const trainAll = async () => {
      const opened = await engine.call((services) => services.shapeLab());
      if (signal.aborted) {
        await opened.dispose();
        return;
      }
      lab.value = opened;
      choices.value = await opened.choices();
      for (const shape of SHAPES) {
        let looked = 0;
        const found = await opened.train(
          shape,
          (now) => {
            if (signal.aborted || performance.now() - looked < LOOK_MS) return;
            looked = performance.now();
            progress.value = { ...progress.peek(), [shape]: now };
            ask(shape).catch(fail);
          },
          signal,
        );
        if (signal.aborted) return;
        batch(() => {
          trained.value = { ...trained.peek(), [shape]: found };
          // What it said while it was learning is not what it says now.
          said.value = { ...said.peek(), [shape]: undefined };
        });
        await ask(shape);
      }
    };
    const all = trainAll().catch(fail);
    return () => {
      running.abort();
      // A step that is under way ends first.
      void all.then(() => lab.peek()?.dispose());
    };
  }, []);
  useSignalEffect(() => {
    const asked = inputs.value;
    for (const shape of SHAPES) {
      if (trained.peek()[shape] === undefined || said.peek()[shape]?.input === asked[shape])
        continue;
      ask(shape).catch(fail);
    }
  });
  const labelOf = (label: string) => {
    if (label === NO_WORD || label === '<eos>') return own.end;
    return own.tenses[label] ?? classes[label] ?? label;
  };
  const isDone = SHAPES.every(
    (shape) =>
      trained.value[shape] !== undefined && said.value[shape]?.input === inputs.value[shape],
  );
  const options = (list: readonly string[] = []) => list.map((word) => [word, word] as const);
  return (
    <FigureFrame
      number={9}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://arxiv.org/abs/1409.3215' }}
      notice={own.notice}
      numbers={
        isDone
          ? {
              sentence: sentence.value,
              read: read.value,
              shapes: SHAPES.map((shape) => ({
                shape,
                ...trained.value[shape],
                ...said.value[shape],
              })),
            }
          : undefined
      }
    >
      {failure.value !== undefined && <p role="alert">{failure.value}</p>}
      {all.value.length === 0 ? (
        <p>{own.empty}</p>
      ) : (
        <div class="controls">
          <Slider
            label={own.length}
            value={count}
            min={1}
            max={all.value.length}
            step={1}
            format={(value) => words.value.number(Math.min(value, all.value.length))}
          />
        </div>
      )}
      <div class="shape-grid">
        {SHAPES.map((shape) => (
          <section key={shape} class="shape-card" data-card={shape}>
            <h2>{own.names[shape]}</h2>
            <p class="hint">{own.tasks[shape]}</p>
            {shape === 'oneToMany' && choices.value !== undefined && (
              <div class="controls">
                <Choice
                  label={own.determiner}
                  options={options(choices.value.determiners)}
                  chosen={determiner}
                />
                <Choice
                  label={own.adjective}
                  options={[['-', own.none] as const, ...options(choices.value.adjectives)]}
                  chosen={adjective}
                />
                <Choice label={own.noun} options={options(choices.value.nouns)} chosen={noun} />
              </div>
            )}
            <Unrolled
              shape={shape}
              inputs={inputs.value[shape]}
              outputs={(said.value[shape]?.outputs ?? []).map(({ label }) => labelOf(label))}
              label={own.names[shape]}
            />
            <State
              name={own.names[shape]}
              progress={progress.value[shape]}
              trained={trained.value[shape]}
              own={own}
            />
          </section>
        ))}
      </div>
    </FigureFrame>
  );
}

/** A word of the address. */
function askedText(name: string, fallback: string): string {
  const text = route.peek().query.get(name) ?? '';
  return /^[a-z-]+$/u.test(text) ? text : fallback;
}

/** The words of a phrase; those that are not on offer give way to the first ones. */
function phraseOf(
  choices: PhraseWords | undefined,
  [determiner = '', adjective = '', noun = '']: readonly string[],
): readonly string[] {
  if (choices === undefined) return [];
  const { determiners, adjectives, nouns } = choices;
  const of = (list: readonly string[], word: string) => (list.includes(word) ? [word] : []);
  const first = (list: readonly string[], word: string) =>
    list.includes(word) ? [word] : list.slice(0, 1);
  return [...first(determiners, determiner), ...of(adjectives, adjective), ...first(nouns, noun)];
}

interface StateProps {
  readonly name: string;
  readonly progress: Progress | undefined;
  readonly trained: Trained | undefined;
  readonly own: (typeof WORDS)['en'];
}

/** How far a network is, or how good it is. */
function State({ name, progress, trained, own }: StateProps) {
  const number = (value: number, digits = 0) => words.value.number(value, digits);
  if (trained !== undefined) {
    const { accuracy, baseline, parameters, learnt, seconds } = trained;
    return (
      <div data-accuracy={accuracy} data-baseline={baseline}>
        <p>{own.accuracy(percent(accuracy, 0), percent(baseline, 0))}</p>
        <p class="hint">{own.trained(number(parameters), number(learnt), number(seconds, 1))}</p>
      </div>
    );
  }
  if (progress === undefined) return <p class="hint">{own.waiting}</p>;
  const { step, steps, loss } = progress;
  return (
    <div>
      <progress value={step} max={steps} aria-label={name} />
      <p class="hint">{own.training(number(step), number(steps), number(loss, 2))}</p>
    </div>
  );
}
