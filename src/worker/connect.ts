/**
 * The page's side: the classes that a worker serves, with the same methods. Streaming, progress, abort
 * signals and typed errors cross; a worker that ends rejects whatever waits for it.
 */
import { OptionError, WorkerError } from '../core/errors';
import { errorFromPlain } from '../core/plainError';
import type { Translator } from '../tasks/translator';
import type { WordVectors } from '../tasks/wordVectors';
import type { Writer } from '../tasks/writer';
import { isOurs, type Keeper, pack, type Request, type Response } from './messages';

/** An object in a worker: its methods give promises, its data is what it was after the last call. */
export type RemoteObject<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<Awaited<R>>
    : T[K];
};

/** Options of a load that cannot be sent; the worker gives them to `serve`. */
export type Local = 'kinds' | 'decodings' | 'formats' | 'codecs' | 'device' | 'gpu' | 'fetch';

const LOCAL: readonly string[] = [
  'kinds',
  'decodings',
  'formats',
  'codecs',
  'device',
  'gpu',
  'fetch',
] satisfies readonly Local[];

/** A class or function of the worker, as the page calls it. */
export type RemoteService<S> = S extends {
  load(source: infer Source, options: infer Options): Promise<infer T>;
}
  ? { load(source: Source, options?: Omit<NonNullable<Options>, Local>): Promise<RemoteObject<T>> }
  : S extends (...args: infer A) => infer R
    ? (...args: A) => Promise<Returned<Awaited<R>>>
    : never;

/** What a call gives the page: an object that has to be disposed stays in the worker. */
export type Returned<T> = T extends { dispose(): unknown } ? RemoteObject<T> : T;

/** What a worker serves, as the page calls it. */
export type Remote<S> = { readonly [K in keyof S]: RemoteService<S[K]> };

/** What a worker serves that lists the classes for apps. */
export interface AppServices {
  readonly Translator: typeof Translator;
  readonly Writer: typeof Writer;
  readonly WordVectors: typeof WordVectors;
}

/** A worker, as the page that made it sees it. */
export interface Connection<S> {
  /** The classes and functions that the worker serves. */
  readonly services: Remote<S>;
  /** Resolves with the reason when the worker has ended, however that came. */
  readonly closed: Promise<WorkerError>;
  /** Ends the worker and frees all that it holds; what waits for it is rejected. Harmless twice. */
  terminate(): void;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  /** The call's functions. */
  readonly callbacks: readonly number[];
  /** Forgets its signals. */
  end(): void;
}

interface Held {
  readonly fields: Record<string, unknown>;
  /** What it was loaded with it may call as long as it lives. */
  readonly callbacks: readonly number[];
}

/**
 * Connects to a worker that calls `serve`. It may still be starting.
 * @param worker made by the caller, since bundlers find `new Worker(new URL(...))` only in an app's own
 *   code; or see `openWorker`
 */
export function connect<S = AppServices>(worker: Worker): Connection<S> {
  const channel = new Channel(worker);
  const services = new Proxy(
    {},
    {
      get: (_, name) => (typeof name === 'string' ? channel.service(name) : undefined),
    },
  );
  return {
    services: services as Remote<S>,
    closed: channel.closed,
    terminate: () => {
      worker.terminate();
      channel.close(new WorkerError('the worker was terminated; start it again and load anew'));
    },
  };
}

class Channel {
  readonly closed: Promise<WorkerError>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #callbacks = new Map<number, (...args: readonly unknown[]) => unknown>();
  readonly #objects = new Map<number, Held>();
  /** Requests from before the worker was ready. */
  #queue: [Request, Transferable[]][] | undefined = [];
  #failure: WorkerError | undefined;
  #tellClosed: (error: WorkerError) => void = () => undefined;
  #next = 0;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.closed = new Promise((resolve) => {
      this.#tellClosed = resolve;
    });
    const lock = `qkv-${crypto.randomUUID()}`;
    worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (isOurs(data)) this.#receive(data as Response, lock);
    });
    worker.addEventListener('messageerror', () => {
      this.close(new WorkerError('an answer of the worker could not be read; return plain data'));
    });
    worker.addEventListener('error', (event) => {
      // Without a message its script could not be loaded; with one the worker goes on.
      if (this.#queue === undefined) return;
      const why = event.message || 'its script could not be loaded; check its address';
      this.close(new WorkerError(`the worker did not start: ${why}`));
    });
    worker.postMessage({ qkv: 'hello', lock } satisfies Request);
  }

  /** A class to load objects of, and a function at once: the page cannot know which the worker has. */
  service(name: string): unknown {
    const call = (...args: readonly unknown[]) => this.#call(undefined, name, args);
    return Object.assign(call, {
      load: (source: unknown, options: object = {}) => {
        const local = Object.keys(options).find((option) => LOCAL.includes(option));
        if (local !== undefined) {
          const why = `option '${local}' cannot be sent to a worker; give it to serve() there`;
          return Promise.reject(new OptionError(`${name}.load: ${why}`));
        }
        return this.#call(undefined, name, [absolute(source), options]);
      },
    });
  }

  /** Rejects all that waits, now and later. */
  close(error: WorkerError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#queue = undefined;
    for (const { reject, end } of this.#waiting.values()) {
      end();
      reject(error);
    }
    this.#waiting.clear();
    this.#callbacks.clear();
    this.#tellClosed(error);
  }

  #call(object: number | undefined, name: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = this.#next++;
    const ends: (() => void)[] = [];
    const signals: number[] = [];
    const callbacks: number[] = [];
    const keeper: Keeper = {
      keepFunction: (work) => {
        const callback = this.#next++;
        this.#callbacks.set(callback, work);
        callbacks.push(callback);
        return callback;
      },
      keepSignal: (signal) => {
        const number = this.#next++;
        const abort = () => this.#send({ qkv: 'abort', signal: number });
        signal.addEventListener('abort', abort, { once: true });
        ends.push(() => signal.removeEventListener('abort', abort));
        signals.push(number);
        return number;
      },
    };
    return new Promise((resolve, reject) => {
      const end = () => {
        for (const each of ends) each();
        if (signals.length > 0) this.#send({ qkv: 'forget', signals });
      };
      const packed = args.map((arg) => pack(arg, keeper));
      this.#waiting.set(id, { resolve, reject, callbacks, end });
      this.#send(
        { qkv: 'call', id, object, name, args: packed.map(({ value }) => value) },
        packed.flatMap((one) => one.transfer),
      );
    });
  }

  #send(request: Request, transfer: Transferable[] = []): void {
    if (this.#failure !== undefined) return;
    if (this.#queue === undefined) this.#post(request, transfer);
    else this.#queue.push([request, transfer]);
  }

  #post(request: Request, transfer: Transferable[]): void {
    try {
      this.#worker.postMessage(request, transfer);
    } catch (cause) {
      if (request.qkv !== 'call') throw cause;
      const why = `${request.name}: an argument cannot be sent to a worker: ${cause}`;
      this.#finish(request.id)?.reject(new OptionError(why, { cause }));
    }
  }

  #receive(response: Response, lock: string): void {
    switch (response.qkv) {
      case 'ready':
        this.#start(lock);
        break;
      case 'locked':
        this.#watch(lock);
        break;
      case 'callback':
        this.#callbacks.get(response.callback)?.(...response.args);
        break;
      case 'fields':
        Object.assign(this.#objects.get(response.object)?.fields ?? {}, response.fields);
        break;
      case 'result':
        this.#finish(response.id)?.resolve(response.value);
        break;
      case 'object': {
        const waiting = this.#take(response.id);
        const { object, fields } = response;
        this.#objects.set(object, { fields: { ...fields }, callbacks: waiting?.callbacks ?? [] });
        waiting?.resolve(this.#stand(object));
        break;
      }
      case 'error':
        this.#finish(response.id)?.reject(errorFromPlain(response.error));
        break;
      default:
        response satisfies never;
    }
  }

  /** Both sides say that they are there, as neither knows which of them is first. */
  #start(lock: string): void {
    const queue = this.#queue ?? [];
    if (this.#queue === undefined) return;
    this.#queue = undefined;
    // What was said before the worker listened it may never have got.
    this.#post({ qkv: 'hello', lock }, []);
    for (const [request, transfer] of queue) this.#post(request, transfer);
  }

  /** To get the lock that the worker holds means that the worker is no more. */
  #watch(lock: string): void {
    const granted = globalThis.navigator?.locks?.request(lock, () => undefined);
    granted?.then(
      () => this.close(new WorkerError('the worker has ended; start it again and load anew')),
      () => undefined,
    );
  }

  /** A call that has ended, of which nothing is called any more. */
  #finish(id: number): Waiting | undefined {
    const waiting = this.#take(id);
    this.#forget(waiting?.callbacks);
    return waiting;
  }

  #forget(callbacks: readonly number[] = []): void {
    for (const callback of callbacks) this.#callbacks.delete(callback);
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.end();
    return waiting;
  }

  /** Reads the fields that the worker sent; every other name is a method. */
  #stand(object: number): unknown {
    const known = this.#objects.get(object)?.fields ?? {};
    return new Proxy(known, {
      get: (_, name) => {
        // Objects with 'then' would be awaited as promises.
        if (typeof name !== 'string' || name === 'then') return undefined;
        if (name in known) return known[name];
        return (...args: readonly unknown[]) => {
          if (name === 'dispose') {
            this.#forget(this.#objects.get(object)?.callbacks);
            this.#objects.delete(object);
          }
          return this.#call(object, name, args);
        };
      },
    });
  }
}

/** A worker's relative addresses begin at its script, the page's at the page. */
function absolute(source: unknown): unknown {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  return typeof source === 'string' && base !== undefined ? new URL(source, base).href : source;
}
