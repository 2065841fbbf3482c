/**
 * The page's side of the worker: models are loaded when they are first used, and again after their
 * device was lost.
 */
import { batch, type Signal, signal } from '@preact/signals';
import type { QkvError, Translator } from 'qkv';
import { type Connection, connect, type Remote, type RemoteObject } from 'qkv/worker';
import { modelFolder } from './models';
import { trustedScript } from './trusted';
import type { Services } from './worker';
import workerUrl from './worker.ts?worker&url';

/** A translator in the worker, on the GPU or, where there is none, on the CPU. */
type RemoteTranslator = Pick<RemoteObject<Translator>, 'translate' | 'adapter' | 'dispose'> &
  Partial<Pick<RemoteObject<Translator>, 'memory' | 'valueNames'>>;

/** How far a model's load is. */
export type ModelState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'loading'; readonly fraction: number }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** A model's files by their names. */
export type ModelFiles = Readonly<Record<string, string | Uint8Array>>;

/** The GPU as the page shows it. */
export interface Gpu {
  readonly adapter: string;
  /** Bytes of all loaded models. */
  readonly bytes: number;
}

interface LoadedModel {
  readonly state: Signal<ModelState>;
  translator: Promise<RemoteTranslator> | undefined;
}

/** Loads models in a worker, and holds what the page knows of them. */
export class Engine {
  readonly gpu = signal<Gpu | undefined>(undefined);
  /** Whether there is a worker, which a view that computes nothing does not need. */
  readonly isStarted = signal(false);
  /** Why there is no GPU, so that translators compute on the CPU; undefined where there is one. */
  readonly noGpu = signal<unknown>(undefined);
  readonly #models = new Map<string, LoadedModel>();
  /** Files of models that are in no folder of the site. */
  readonly #files = new Map<string, ModelFiles>();
  readonly #bytes = new Map<string, number>();
  readonly #onClosed = new Set<(error: Error) => void>();
  #connection: Connection<Services> | undefined;
  /** Ends when the model that is loaded while others wait has answered. */
  #leading: Promise<void> | undefined;

  /** Calls a function whenever a worker has ended, with why. */
  whenClosed(listener: (error: Error) => void): void {
    this.#onClosed.add(listener);
  }

  /** Takes in a model by its files, in place of any other of its name. */
  adopt(name: string, files: ModelFiles): void {
    const model = this.#model(name);
    void model.translator?.then((translator) => translator.dispose()).catch(() => undefined);
    model.translator = undefined;
    model.state.value = { kind: 'waiting' };
    this.#files.set(name, files);
  }

  /** The state of a model, which is loaded when it is first used. */
  state(name: string): Signal<ModelState> {
    return this.#model(name).state;
  }

  /**
   * Calls a model's translator, which is loaded first. A device or worker that was lost is replaced
   * once.
   */
  use<R>(name: string, work: (translator: RemoteTranslator) => Promise<R>): Promise<R> {
    return this.#again(() => this.#run(name, work));
  }

  /**
   * Calls what the worker serves. A device or worker that was lost is replaced once, and the call
   * is made again: what it returned before is gone.
   */
  call<R>(work: (services: Remote<Services>) => Promise<R>): Promise<R> {
    return this.#again(() => work(this.#connect().services));
  }

  async #again<R>(work: () => Promise<R>): Promise<R> {
    const connection = this.#connect();
    try {
      return await work();
    } catch (error) {
      if (!isLoss(error)) throw error;
      // Of several calls that fail together, the first one starts anew for all.
      if (this.#connection === connection) this.#forget();
      return work();
    }
  }

  /**
   * Runs on a model. The first one that is asked for has the worker to itself until it has answered:
   * others that are to be loaded wait for that.
   */
  async #run<R>(name: string, work: (translator: RemoteTranslator) => Promise<R>): Promise<R> {
    if (this.#model(name).translator !== undefined) return this.#work(name, work);
    if (this.#leading !== undefined) {
      await this.#leading;
      return this.#work(name, work);
    }
    const running = this.#work(name, work);
    const settled = () => {
      this.#leading = undefined;
    };
    this.#leading = running.then(settled, settled);
    return running;
  }

  async #work<R>(name: string, work: (translator: RemoteTranslator) => Promise<R>): Promise<R> {
    const translator = await this.#open(name);
    const result = await work(translator);
    this.tellMemory(name, translator.adapter, bytesOf(translator));
    return result;
  }

  #open(name: string): Promise<RemoteTranslator> {
    const model = this.#model(name);
    model.translator ??= this.#load(name, model).catch((error: unknown) => {
      model.translator = undefined;
      model.state.value = { kind: 'failed', error };
      throw error;
    });
    return model.translator;
  }

  async #load(name: string, { state }: LoadedModel): Promise<RemoteTranslator> {
    state.value = { kind: 'loading', fraction: 0 };
    const source = this.#files.get(name) ?? modelFolder(name);
    const { openTranslator, openCpuTranslator } = this.#connect().services;
    const onProgress = (fraction: number) => {
      if (state.value.kind === 'loading') state.value = { kind: 'loading', fraction };
    };
    const opening: Promise<RemoteTranslator> = openTranslator(source, onProgress);
    const translator = await opening.catch((error: unknown) => {
      if (codeOf(error) !== 'device') throw error;
      this.noGpu.value = error;
      return openCpuTranslator(source, onProgress);
    });
    batch(() => {
      state.value = { kind: 'ready' };
      this.tellMemory(name, translator.adapter, bytesOf(translator));
    });
    return translator;
  }

  /** Notes the bytes on the GPU of a model, or of anything else of a name. */
  tellMemory(name: string, adapter: string, live: number): void {
    this.#bytes.set(name, live);
    const bytes = [...this.#bytes.values()].reduce((sum, one) => sum + one, 0);
    this.gpu.value = { adapter, bytes };
  }

  #connect(): Connection<Services> {
    if (this.#connection !== undefined) return this.#connection;
    const opened = connect<Services>(
      new Worker(trustedScript(workerUrl), { type: 'module', name: 'qkv' }),
    );
    void opened.closed.then((error) => {
      if (this.#connection === opened) this.#forget();
      for (const listener of this.#onClosed) listener(error);
    });
    this.#connection = opened;
    this.isStarted.value = true;
    const tell = (adapter: string) => {
      this.gpu.value ??= { adapter, bytes: 0 };
    };
    // What needs the GPU and finds none says why.
    opened.services.adapterName().then(tell, () => undefined);
    return opened;
  }

  /** Starts anew after a loss: with another worker, which opens another device. */
  #forget(): void {
    this.#connection?.terminate();
    this.#connection = undefined;
    this.#bytes.clear();
    for (const model of this.#models.values()) {
      model.translator = undefined;
      model.state.value = { kind: 'waiting' };
    }
  }

  #model(name: string): LoadedModel {
    const known = this.#models.get(name);
    if (known !== undefined) return known;
    const model: LoadedModel = { state: signal({ kind: 'waiting' }), translator: undefined };
    this.#models.set(name, model);
    return model;
  }
}

/** Bytes on the GPU; none where the CPU translates. */
function bytesOf(translator: RemoteTranslator): number {
  return translator.memory?.live ?? 0;
}

/** The code of an error of the library, which is a string literal in every build. */
export function codeOf(error: unknown): QkvError['code'] | undefined {
  const { code } = error instanceof Error ? (error as Partial<QkvError>) : {};
  return code;
}

/** Whether the device or the worker was lost, which another one can replace. */
export function isLoss(error: unknown): boolean {
  return isLossCode(codeOf(error));
}

/** Whether a code is that of a lost device or worker. */
export function isLossCode(code: string | undefined): boolean {
  return code === 'device-lost' || code === 'worker';
}
