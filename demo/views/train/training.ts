/** The page's side of training: the runs as they are shown, and the run on the GPU. */
import { batch, signal } from '@preact/signals';
import type { RemoteObject } from 'qkv/worker';
import { codeOf, type Engine, isLoss, isLossCode } from '../../engine/engine';
import type { RunEvent, RunRecord, RunState } from './events';
import type { KindInfo, RunRecipe } from './recipe';
import type { Training as Service } from './service';

export type RemoteTraining = RemoteObject<Service>;

/** A run as it is shown. */
export interface RunView extends RunRecord {
  readonly state: RunState;
  readonly compiled?: readonly [ready: number, total: number] | undefined;
  /** Bytes on the GPU. */
  readonly bytes: number;
  readonly speed: number;
  readonly remaining?: number | undefined;
  readonly failure?: { readonly code: string; readonly message: string } | undefined;
  /** False if the browser's storage did not take it. */
  readonly isKept?: boolean;
  /** The step at which the GPU, or the worker, was lost last. */
  readonly lostAt?: number | undefined;
}

/** Times that a run goes on by itself from a step at which it was lost. */
const MOST_TRIED = 2;

const NOTHING = { losses: [], norms: [], rates: [], counts: [], looks: [], changes: [] };

export class Training {
  readonly kinds = signal<readonly KindInfo[] | undefined>(undefined);
  /** The oldest first. */
  readonly runs = signal<readonly RunView[]>([]);
  /** The run whose samples are in view. */
  readonly shown = signal<string | undefined>(undefined);
  /** What went wrong apart from any run. */
  readonly failure = signal<unknown>(undefined);
  readonly #engine: Engine;
  #service: Promise<RemoteTraining> | undefined;
  #adapter = '';
  /** The last run that was lost, its step, and how often it went on from there. */
  #lost: { readonly id: string; readonly step: number; readonly tried: number } | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
    engine.whenClosed((error) => this.#close(error));
  }

  /** Reads the kinds and the runs that are kept. */
  async open(): Promise<void> {
    if (this.kinds.peek() !== undefined) return;
    const [kinds, saved] = await Promise.all([
      this.call((service) => service.kinds()),
      this.call((service) => service.saved()),
    ]);
    batch(() => {
      this.runs.value = saved.map((record) => viewOf(record));
      this.shown.value = saved.at(-1)?.id;
      this.kinds.value = kinds;
      this.#engine.tellMemory('training', this.#adapter, 0);
    });
  }

  /** Calls the worker. After a loss of the device or the worker the next call opens another one. */
  async call<R>(work: (service: RemoteTraining) => Promise<R>): Promise<R> {
    this.#service ??= this.#engine.call((services) =>
      services.train((event: RunEvent) => this.#take(event)),
    );
    const opened = this.#service;
    opened.then(
      ({ adapter }) => {
        this.#adapter = adapter;
      },
      () => undefined,
    );
    try {
      return await work(await opened);
    } catch (error) {
      if (isLoss(error) && this.#service === opened) this.#service = undefined;
      throw error;
    }
  }

  /** Starts a run, which becomes the one in view. */
  async start(recipe: RunRecipe, isPaused = false): Promise<void> {
    const id = Date.now().toString(36);
    const log = { ...NOTHING, seconds: 0, baseline: Number.NaN };
    const run: RunView = { ...viewOf({ id, recipe, log }), state: 'compiling' };
    batch(() => {
      this.runs.value = [...this.runs.value, run];
      this.shown.value = id;
    });
    await this.#tried(id, (service) =>
      isPaused ? service.prepare(id, recipe) : service.start(id, recipe),
    );
  }

  resume(id: string): Promise<void> {
    return this.#tried(id, (service) => service.resume(id));
  }

  step(id: string): Promise<void> {
    return this.#tried(id, (service) => service.step(id));
  }

  pause(id: string): Promise<void> {
    return this.#tried(id, (service) => service.pause());
  }

  stop(id: string): Promise<void> {
    return this.#tried(id, (service) => service.stop());
  }

  /** A run as a file; undefined if that failed, which the run shows. */
  async file(id: string): Promise<Uint8Array | undefined> {
    let bytes: Uint8Array | undefined;
    await this.#tried(id, async (service) => {
      bytes = await service.file(id);
    });
    return bytes;
  }

  /** Frees the GPU of a run that does not go on by itself. */
  async leave(): Promise<void> {
    const idle = this.runs.peek().find(({ bytes, state }) => bytes > 0 && state !== 'running');
    if (idle !== undefined && idle.state !== 'compiling') await this.stop(idle.id);
  }

  setFactor(id: string, factor: number): Promise<void> {
    return this.#tried(id, (service) => service.setFactor(factor));
  }

  setDropout(id: string, dropout: number): Promise<void> {
    return this.#tried(id, (service) => service.setDropout(id, dropout));
  }

  async forget(id: string): Promise<void> {
    await this.#tried(id, (service) => service.forget(id));
    batch(() => {
      this.runs.value = this.runs.value.filter((run) => run.id !== id);
      if (this.shown.value === id) this.shown.value = this.runs.value.at(-1)?.id;
    });
  }

  /** Takes in a run from a file. @throws FormatError */
  async add(bytes: Uint8Array): Promise<void> {
    const id = Date.now().toString(36);
    const record = await this.call((service) => service.add(id, bytes));
    batch(() => {
      this.runs.value = [...this.runs.value, viewOf(record)];
      this.shown.value = id;
    });
  }

  /** Does something with a run, which shows what goes wrong. */
  async #tried(id: string, work: (service: RemoteTraining) => Promise<void>): Promise<void> {
    try {
      await this.call(work);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const failure = { code: codeOf(error) ?? 'other', message };
      this.#change(id, (run) => ({ ...run, state: 'failed', failure }));
      if (isLoss(error) && this.#lost?.id === id) this.#lose(id);
    }
  }

  #take(event: RunEvent): void {
    const { id, after, reports, looks, changes, seconds, baseline, ...rest } = event;
    this.#engine.tellMemory('training', this.#adapter, event.bytes);
    this.#change(id, ({ log, recipe, lostAt }) => {
      const { losses, norms, rates, counts } = log;
      // While it compiles, nothing is known of the log.
      if (event.state === 'compiling') return { id, recipe, log, lostAt, ...rest };
      const grown = (old: readonly number[], more: readonly number[]) => [
        ...old.slice(0, after.steps),
        ...more,
      ];
      const all = {
        losses: grown(losses, reports.losses),
        norms: grown(norms, reports.norms),
        rates: grown(rates, reports.rates),
        counts: grown(counts, reports.counts),
        looks: [...log.looks.slice(0, after.looks), ...looks],
      };
      return { id, recipe, log: { ...all, changes, seconds, baseline }, lostAt, ...rest };
    });
    if (event.failure !== undefined && isLossCode(event.failure.code)) this.#lose(id);
  }

  /** The worker ended, and with it the run that it trained. */
  #close(error: Error): void {
    this.#service = undefined;
    const failure = { code: codeOf(error) ?? 'worker', message: error.message };
    const gone = this.runs.peek().filter(({ bytes }) => bytes > 0);
    for (const { id, state } of gone) {
      const isOver = state !== 'running';
      this.#change(id, (run) => ({
        ...run,
        bytes: 0,
        ...(isOver ? {} : { state: 'failed', failure }),
      }));
      if (!isOver) this.#lose(id);
    }
  }

  /** Goes on from the last checkpoint after a loss, unless that is lost again and again. */
  #lose(id: string): void {
    this.#service = undefined;
    const run = this.runs.peek().find((one) => one.id === id);
    if (run === undefined) return;
    const step = run.log.losses.length;
    const tried = this.#lost?.id === id && this.#lost.step === step ? this.#lost.tried : 0;
    if (tried === MOST_TRIED) return;
    this.#lost = { id, step, tried: tried + 1 };
    this.#change(id, (one) => ({ ...one, lostAt: step }));
    void this.resume(id);
  }

  #change(id: string, change: (run: RunView) => RunView): void {
    this.runs.value = this.runs.value.map((run) => (run.id === id ? change(run) : run));
  }
}

/** A run that is kept, and not on the GPU. */
function viewOf(record: RunRecord): RunView {
  const { recipe, log } = record;
  const isDone = log.losses.length >= Number(recipe.values.steps);
  return { ...record, state: isDone ? 'done' : 'paused', bytes: 0, speed: 0 };
}

let training: Training | undefined;

/** The training of the page, which goes on while other views are looked at. */
export function trainingOf(engine: Engine): Training {
  training ??= new Training(engine);
  return training;
}
