/** The page's side of word vectors in training: what is seen of them, and what starts and stops it. */
import { batch, type ReadonlySignal, signal, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { RemoteObject } from 'qkv/worker';
import { codeOf, type Engine } from '../../../engine/engine';
import type { CorpusWord } from './corpus';
import type { Picture, TrainingOptions, WordTraining } from './service';

/** Where training ends by itself. */
const LAST_STEP = 3000;

/** Least time between pictures: text changes at most four times a second. */
const PAUSE_MS = 250;

/** Time without a change after which new options are used. */
const SETTLE_MS = 250;

/** Number of pictures that are kept. */
const KEPT = 300;

/** How training is opened. */
export interface Opening {
  readonly options: TrainingOptions;
  /** The words whose principal components are shown. */
  readonly rows: (words: readonly CorpusWord[]) => readonly number[];
  /** Steps that are trained at once, without being asked for. */
  readonly burst: number;
  readonly isFrozen?: boolean;
}

/** Word vectors in training. */
export class LiveTraining {
  readonly words = signal<readonly CorpusWord[]>([]);
  /** All pictures since the beginning, up to a limit. */
  readonly pictures = signal<readonly Picture[]>([]);
  readonly state = signal<'opening' | 'running' | 'paused'>('opening');
  /** Whether the first steps are over. */
  readonly isSettled = signal(false);
  readonly failure = signal<string | undefined>(undefined);
  /** Steps between pictures. */
  readonly every: number;
  readonly #engine: Engine;
  #session = new AbortController();
  #run = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #training: RemoteObject<WordTraining> | undefined;

  constructor(engine: Engine, every: number) {
    this.#engine = engine;
    this.every = every;
  }

  /** The picture in view. */
  get picture(): Picture | undefined {
    return this.pictures.value.at(-1);
  }

  /** Begins anew. */
  async open({ options, rows, burst, isFrozen = false }: Opening): Promise<void> {
    this.close();
    const session = new AbortController();
    this.#session = session;
    batch(() => {
      this.state.value = 'opening';
      this.isSettled.value = false;
      this.failure.value = undefined;
    });
    await this.#attempt(session, async () => {
      const training = await this.#engine.call((services) => services.wordVectors(options));
      if (session.signal.aborted) return void training.dispose();
      this.#training = training;
      if (isFrozen) await training.prepare(true);
      const words = await training.words();
      const first = await training.look(rows(words));
      if (session.signal.aborted) return;
      batch(() => {
        this.words.value = words;
        this.pictures.value = [first];
      });
      this.start(burst);
    });
  }

  /** Trains up to a step. */
  start(until = LAST_STEP): void {
    const [session, training] = [this.#session, this.#training];
    if (training === undefined || this.state.peek() === 'running') return;
    const run = new AbortController();
    this.#run = run;
    this.state.value = 'running';
    this.#running = this.#attempt(session, async () => {
      const onPicture = (picture: Picture) => {
        if (!session.signal.aborted) this.#add(picture);
      };
      const { every } = this;
      await training.run({ until, every, pauseMs: PAUSE_MS, onPicture, signal: run.signal });
    }).then(() => {
      if (session.signal.aborted) return;
      batch(() => {
        this.state.value = 'paused';
        this.isSettled.value = true;
      });
    });
  }

  pause(): void {
    this.#run.abort();
  }

  /** Looks at other words. */
  look(rows: readonly number[]): Promise<void> {
    const session = this.#session;
    return this.#attempt(session, async () => {
      const picture = await this.#training?.look(rows);
      if (picture !== undefined && !session.signal.aborted) this.#add(picture);
    });
  }

  /** Freezes the vectors, or lets them be trained; training goes on if it was running. */
  async freeze(isFrozen: boolean): Promise<void> {
    const session = this.#session;
    const wasRunning = this.state.peek() === 'running';
    this.pause();
    await this.#running;
    if (session.signal.aborted || this.#training === undefined) return;
    this.state.value = 'opening';
    await this.#attempt(session, async () => {
      await this.#training?.prepare(isFrozen);
      if (session.signal.aborted) return;
      this.state.value = 'paused';
      if (wasRunning) this.start();
    });
  }

  /** Ends it, and frees what is on the device. */
  close(): void {
    this.#session.abort();
    this.#run.abort();
    void this.#training?.dispose().catch(() => undefined);
    this.#training = undefined;
  }

  #add(picture: Picture): void {
    const before = this.pictures.peek();
    // A look between two steps shows the same step again.
    const kept = before.at(-1)?.step === picture.step ? before.slice(0, -1) : before;
    const loss = picture.loss ?? before.at(-1)?.loss;
    this.pictures.value = [...kept.slice(-KEPT), { ...picture, loss }];
  }

  async #attempt(session: AbortController, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (session.signal.aborted || codeOf(error) === 'aborted') return;
      this.failure.value = error instanceof Error ? error.message : String(error);
    }
  }
}

/**
 * Word vectors that are trained as long as the figure is in view, anew when its options change.
 * @param every steps between pictures
 * @param opening reads signals
 */
export function useTraining(
  engine: Engine,
  every: number,
  opening: ReadonlySignal<Opening>,
): LiveTraining {
  const training = useMemo(() => new LiveTraining(engine, every), []);
  useSignalEffect(() => {
    const asked = opening.value;
    const isFirst = training.pictures.peek().length === 0;
    const timer = setTimeout(() => void training.open(asked), isFirst ? 0 : SETTLE_MS);
    return () => clearTimeout(timer);
  });
  useEffect(() => () => training.close(), []);
  return training;
}
