/** Trains a tiny BERT for a minute: its loss, and its odds of the visitor's masked word. */
import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { RemoteObject } from 'qkv/worker';
import { askedIndex } from '../../../state/asked';
import { language, words } from '../../../state/settings';
import { Chart } from '../../../widgets/chart';
import type { FigureProps } from '../figures';
import { softmax } from '../lib/numbers';
import { type Question, question } from './labels';
import { shortPercent } from './labelTable';
import type { Pretraining, TrainingReport } from './training';
import { WORDS } from './words';

/** What is known after some steps. */
export interface TrainingPoint extends TrainingReport {
  /** Odds of the word in view; undefined if it is not masked. */
  readonly odds: number | undefined;
}

export interface Training {
  readonly unigram: number;
  readonly points: readonly TrainingPoint[];
}

/** Seconds of training. */
const SECONDS = 60;

export interface TrainingViewProps {
  readonly engine: FigureProps['engine'];
  readonly asks: ReadonlySignal<Question>;
  /** The place of the masked word in view. */
  readonly place: number | undefined;
  /** What the shipped model gives that word. */
  readonly shipped: number | undefined;
  readonly training: Signal<Training | undefined>;
}

type Phase = 'idle' | 'running' | 'paused' | 'done';

export function TrainingView({ engine, asks, place, shipped, training }: TrainingViewProps) {
  const own = WORDS[language.value].training;
  const phase = useSignal<Phase>('idle');
  const failure = useSignal<string | undefined>(undefined);
  const facts = useSignal<{ parameters: number; sentences: number } | undefined>(undefined);
  const seconds = askedIndex('seconds', SECONDS, SECONDS);
  const model = useRef<Promise<RemoteObject<Pretraining>> | undefined>(undefined);
  const running = useRef<AbortController | undefined>(undefined);
  const ended = useRef<Promise<unknown>>(Promise.resolve());
  const inView = useRef(place);
  inView.current = place;
  const free = () => {
    const { current } = model;
    running.current?.abort();
    model.current = undefined;
    // A step that is under way ends first.
    void ended.current.then(() => current?.then((one) => one.dispose())).catch(() => undefined);
  };
  useEffect(() => free, []);
  const run = async (signal: AbortSignal) => {
    model.current ??= engine.call((services) => services.pretraining());
    const remote = await model.current;
    const { parameters, sentences, unigram, tokens } = remote;
    facts.value = { parameters, sentences };
    training.value ??= { unigram, points: [] };
    const noted: Promise<void>[] = [];
    const note = async (report: TrainingReport) => {
      const { words: all, marks, ...asked } = asks.peek();
      const { places } = question({ ...asked, objective: 'mask', words: all, marks });
      const at = inView.current ?? -1;
      let odds: number | undefined;
      if (places.includes(at)) {
        const [row] = (await remote.fill(all, places)).filter((one) => one.place === at);
        odds = softmax(row?.logits ?? [])[tokens.indexOf(all[at] ?? '')];
      }
      if (signal.aborted && model.current === undefined) return;
      const points = training.peek()?.points ?? [];
      training.value = { unigram, points: [...points, { ...report, odds }] };
    };
    await remote.train(seconds, (report) => noted.push(note(report).catch(fail)), signal);
    await Promise.all(noted);
    if (!signal.aborted) phase.value = 'done';
  };
  const fail = (error: unknown) => {
    failure.value = error instanceof Error ? error.message : String(error);
    phase.value = 'idle';
  };
  const start = () => {
    const controller = new AbortController();
    running.current = controller;
    failure.value = undefined;
    phase.value = 'running';
    ended.current = ended.current.then(() => run(controller.signal)).catch(fail);
  };
  const pause = () => {
    running.current?.abort();
    phase.value = 'paused';
  };
  const stop = () => {
    free();
    training.value = undefined;
    facts.value = undefined;
    phase.value = 'idle';
  };
  const { unigram = 0, points = [] } = training.value ?? {};
  const last = points.at(-1);
  const number = (value: number, digits = 0) => words.value.number(value, digits);
  const steps = points.map(({ step }) => step);
  return (
    <section class="training" data-phase={phase.value} data-points={points.length}>
      <h2>{own.title}</h2>
      <p class="hint">{own.text(number(seconds))}</p>
      <div class="controls">
        {phase.value === 'idle' && (
          <button type="button" class="look" onClick={start}>
            {own.start(number(seconds))}
          </button>
        )}
        {phase.value === 'running' && (
          <button type="button" class="look" onClick={pause}>
            {own.pause}
          </button>
        )}
        {phase.value === 'paused' && (
          <button type="button" class="look" onClick={start}>
            {own.resume}
          </button>
        )}
        {phase.value !== 'idle' && (
          <button type="button" class="look" onClick={stop}>
            {own.stop}
          </button>
        )}
      </div>
      {failure.value !== undefined && <p role="alert">{failure.value}</p>}
      {phase.value === 'running' && last === undefined && (
        <p class="hint">{words.value.loading} …</p>
      )}
      {last !== undefined && (
        <>
          <p>
            {own.state(number(last.step), number(last.seconds), number(last.loss, 2))}{' '}
            {last.odds !== undefined &&
              own.odds(
                asks.value.words[place ?? -1] ?? '',
                shortPercent(last.odds),
                shipped === undefined ? '–' : shortPercent(shipped),
              )}
          </p>
          <Chart
            label={own.chart}
            x={steps}
            xLabel={own.step}
            yLabel={own.loss}
            height={240}
            curves={[
              { name: own.loss, values: points.map(({ loss }) => loss), colour: '--weight' },
              {
                name: own.unigram,
                values: points.map(() => unigram),
                colour: '--edge',
                isDashed: true,
              },
            ]}
          />
          <Chart
            label={own.oddsChart}
            x={steps}
            xLabel={own.step}
            yLabel={own.oddsOf}
            height={180}
            range={[0, 1]}
            curves={[
              {
                name: own.oddsOf,
                values: points.map(({ odds }) => odds ?? null),
                colour: '--value',
              },
            ]}
          />
          {facts.value !== undefined && (
            <p class="hint">
              {own.facts(number(facts.value.parameters), number(facts.value.sentences))}
            </p>
          )}
        </>
      )}
    </section>
  );
}
