/**
 * Training in the worker: one run at a time is on the GPU. Runs are kept in the browser's storage
 * and go on from there, bit by bit.
 */
import { type Device, FormatError, InputError, StorageError } from 'qkv';
import { type CheckpointStore, indexedDbStore } from 'qkv/io';
import { Trainer } from 'qkv/train';
import type { Prediction, RunEvent, RunRecord } from './events';
import { type KindInfo, numberOf, type RunRecipe } from './recipe';
import type { ModelFiles } from './worker/files';
import { kinds, withStudy } from './worker/kinds';
import { optimiserOf } from './worker/optimiser';
import { clipOf, predictOf } from './worker/predict';
import { changedRecipe, recordOf } from './worker/record';
import { Session } from './worker/session';

/** Runs that are kept at most; older ones are forgotten. */
const KEPT = 6;
const INDEX = 'runs';
/** Steps by which time is measured, after a first one. */
const MEASURED = 2;
/** At least so much time lies between two reports of how far compiling is. */
const EVENT_MS = 250;

export class Training {
  readonly #device: Device;
  readonly #tell: (event: RunEvent) => void;
  readonly #store: CheckpointStore = indexedDbStore('qkv-training');
  #toldAt = 0;
  #open: { readonly id: string; readonly session: Session<unknown> } | undefined;

  constructor(device: Device, tell: (event: RunEvent) => void) {
    this.#device = device;
    this.#tell = tell;
  }

  get adapter(): string {
    return this.#device.adapterName;
  }

  kinds(): readonly KindInfo[] {
    return kinds();
  }

  /** @throws OptionError, FormatError, InputError, ShapeError for what cannot be trained */
  predict(recipe: RunRecipe): Prediction {
    return predictOf(recipe);
  }

  /** Milliseconds of a training step, measured on this GPU. */
  measure(recipe: RunRecipe): Promise<number> {
    return withStudy(recipe, async (study) => {
      const device = this.#device.fork();
      try {
        const trainer = await Trainer.create(device, study.task, {
          optimizer: optimiserOf(recipe, []),
          clipNorm: clipOf(recipe),
        });
        const batches = study.batches({ seed: numberOf(recipe, 'seed'), epoch: 0, batch: 0 });
        const times: number[] = [];
        for (let i = 0; i <= MEASURED; i++) {
          const { value } = batches.next();
          const start = performance.now();
          if (value !== undefined) await trainer.step(value);
          times.push(performance.now() - start);
        }
        return times.slice(1).reduce((sum, time) => sum + time, 0) / MEASURED;
      } finally {
        device.dispose();
      }
    });
  }

  /** Starts a run anew. Another one that is on the GPU is paused and leaves it. */
  async start(id: string, recipe: RunRecipe): Promise<void> {
    (await this.#load(id, recipe)).run();
  }

  /** Prepares a run without training. */
  async prepare(id: string, recipe: RunRecipe): Promise<void> {
    await this.#load(id, recipe);
  }

  /** Goes on with a run, from its checkpoint if it is not on the GPU. */
  async resume(id: string): Promise<void> {
    (await this.#session(id)).run();
  }

  async pause(): Promise<void> {
    await this.#open?.session.pause();
  }

  async step(id: string): Promise<void> {
    await (await this.#session(id)).step();
  }

  /** Ends a run on the GPU. Its checkpoint stays. */
  async stop(): Promise<void> {
    await this.#close();
  }

  /** Multiplies the learning rate of the run on the GPU from the next step on. */
  async setFactor(factor: number): Promise<void> {
    await this.#open?.session.change({ factor });
  }

  /** Goes on with another dropout rate, for which the training step is compiled anew. */
  async setDropout(id: string, dropout: number): Promise<void> {
    const session = await this.#session(id);
    const { isRunning } = session;
    await session.pause();
    await session.change({ dropout });
    const bytes = await session.checkpoint();
    const next = await this.#load(id, recordOf(id, bytes).recipe, bytes);
    if (isRunning) next.run();
  }

  /** The runs that are kept, the oldest first; none where storage is denied. */
  async saved(): Promise<readonly RunRecord[]> {
    const records: RunRecord[] = [];
    const ids = await this.#ids().catch((error: unknown) => {
      if (error instanceof StorageError) return [];
      throw error;
    });
    for (const id of ids) {
      const bytes = await this.#store.load(nameOf(id));
      const record = bytes === undefined ? undefined : readable(id, bytes);
      if (record !== undefined) records.push(record);
    }
    return records;
  }

  /** A run as a file. */
  async file(id: string): Promise<Uint8Array> {
    if (this.#open?.id !== id) return this.#checkpoint(id);
    const { session } = this.#open;
    const { isRunning } = session;
    // Parameters, optimiser and place in the data must be of the same step.
    await session.pause();
    const bytes = await session.checkpoint();
    if (isRunning) session.run();
    return bytes;
  }

  /** Takes in a run from a file. @throws FormatError */
  async add(id: string, bytes: Uint8Array): Promise<RunRecord> {
    const record = recordOf(id, bytes);
    await this.#save(id, bytes);
    return record;
  }

  /** A run's model as the files that `Translator.load` and its like take. */
  async model(id: string): Promise<ModelFiles> {
    return (await this.#session(id)).files();
  }

  /** What a run's model answers. @throws InputError */
  async answer(id: string, text: string): Promise<string> {
    return (await this.#session(id)).answer(text);
  }

  async forget(id: string): Promise<void> {
    if (this.#open?.id === id) await this.#close();
    const ids = await this.#ids();
    await this.#writeIds(ids.filter((one) => one !== id));
    await this.#store.save(nameOf(id), new Uint8Array());
  }

  async dispose(): Promise<void> {
    await this.#close();
  }

  /** The run on the GPU, which is loaded if it is not there. */
  async #session(id: string): Promise<Session<unknown>> {
    const open = this.#open;
    // What failed goes on from its last checkpoint.
    if (open?.id === id && !open.session.hasFailed) return open.session;
    const bytes = await this.#checkpoint(id);
    return this.#load(id, recordOf(id, bytes).recipe, bytes);
  }

  async #checkpoint(id: string): Promise<Uint8Array> {
    const bytes = await this.#store.load(nameOf(id));
    if (bytes !== undefined && bytes.length > 0) return bytes;
    throw new InputError('there is no checkpoint of this run; start it again');
  }

  async #load(id: string, recipe: RunRecipe, bytes?: Uint8Array): Promise<Session<unknown>> {
    await this.#close();
    const device = this.#device.fork();
    const options = {
      id,
      recipe,
      onEvent: this.#tell,
      save: (saved: Uint8Array) => this.#save(id, saved),
      ...(bytes === undefined ? {} : { checkpoint: bytes }),
    };
    try {
      const session = await withStudy(
        bytes === undefined ? recipe : changedRecipe(recordOf(id, bytes)),
        (study): Promise<Session<unknown>> =>
          Session.create(device, study, options, (ready, total) =>
            this.#compiled(id, ready, total),
          ),
      );
      this.#open = { id, session };
      // It compiles no more, whatever it was loaded for.
      session.tell();
      return session;
    } catch (error) {
      device.dispose();
      throw error;
    }
  }

  #compiled(id: string, ready: number, total: number): void {
    if (performance.now() - this.#toldAt < EVENT_MS) return;
    this.#toldAt = performance.now();
    this.#tell({
      ...{ id, state: 'compiling', compiled: [ready, total], looks: [], changes: [] },
      after: { steps: 0, looks: 0 },
      reports: { losses: [], norms: [], rates: [], counts: [] },
      ...{ seconds: 0, baseline: Number.NaN, bytes: 0, speed: 0 },
    });
  }

  async #close(): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    await open.session.pause();
    this.#open = undefined;
    open.session.dispose();
    open.session.tell();
  }

  async #save(id: string, bytes: Uint8Array): Promise<void> {
    await this.#store.save(nameOf(id), bytes);
    const ids = await this.#ids();
    if (ids.includes(id)) return;
    const all = [...ids, id];
    await this.#writeIds(all.slice(-KEPT));
    for (const old of all.slice(0, -KEPT)) await this.#store.save(nameOf(old), new Uint8Array());
  }

  async #ids(): Promise<readonly string[]> {
    const bytes = await this.#store.load(INDEX);
    const json: unknown = bytes === undefined ? [] : JSON.parse(new TextDecoder().decode(bytes));
    return Array.isArray(json) ? json.map(String) : [];
  }

  #writeIds(ids: readonly string[]): Promise<void> {
    return this.#store.save(INDEX, new TextEncoder().encode(JSON.stringify(ids)));
  }
}

/** The record of a checkpoint; undefined for one that an older page wrote otherwise, or an empty one. */
function readable(id: string, bytes: Uint8Array): RunRecord | undefined {
  try {
    return recordOf(id, bytes);
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

const nameOf = (id: string) => `run ${id}`;

/** Opens training on the shared device. @param tell called with news at most four times a second */
export default function openTraining(device: Device, tell: (event: RunEvent) => void): Training {
  return new Training(device, tell);
}
