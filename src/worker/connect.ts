/**
 * The page's side of a worker: proxies of the classes and functions that the worker serves.
 * Callbacks, abort signals and typed errors are forwarded, and the end of the worker rejects all
 * pending calls.
 */
import { OptionError, WorkerError } from '../core/errors';
import { errorFromPlain } from '../core/plainError';
import type { Device } from '../gpu/device';
import type { Classifier } from '../tasks/classifier';
import type { MaskFiller } from '../tasks/maskFiller';
import type { Restorer } from '../tasks/restorer';
import type { Translator } from '../tasks/translator';
import type { WordVectors } from '../tasks/wordVectors';
import type { Writer } from '../tasks/writer';
import {
  deserialise,
  isOwnMessage,
  type Receiver,
  type Registry,
  type Request,
  type Response,
  serialise,
} from './messages';

/**
 * A proxy of an object in a worker. Its methods return promises, its fields have the values of
 * after the last call, and its promises are rejected when the worker ends. Its device is not
 * accessible.
 */
export type RemoteObject<T> = {
  readonly [K in keyof T as T[K] extends Device ? never : K]: T[K] extends (
    ...args: infer A
  ) => infer R
    ? (...args: A) => Promise<Awaited<R>>
    : T[K];
};

/** Options of a load that cannot be sent to a worker, which passes them to `serve` instead. */
const LOCAL = [
  ...(['kinds', 'decodings', 'formats', 'parameters', 'codecs', 'inspection', 'kernels'] as const),
  ...(['device', 'gpu', 'fetch', 'tuning'] as const),
] as const;

/**
 * Names of the options of a load that the worker passes to `serve`, because they cannot be sent.
 */
export type Local = (typeof LOCAL)[number];

/** A class or function of the worker, as the page calls it. */
export type RemoteService<S> = S extends {
  load(source: infer Source, options: infer Options): Promise<infer T>;
}
  ? { load(source: Source, options?: Omit<NonNullable<Options>, Local>): Promise<RemoteObject<T>> }
  : S extends (...args: infer A) => infer R
    ? (...args: A) => Promise<Returned<Awaited<R>>>
    : never;

/**
 * The result of a call: an object with `dispose` stays in the worker, and the page gets a proxy.
 */
export type Returned<T> = T extends { dispose(): unknown } ? RemoteObject<T> : T;

/** The services of a worker, as the page calls them. */
export type Remote<S> = { readonly [K in keyof S]: RemoteService<S[K]> };

/** The services of a worker that serves the classes of 'qkv'. */
export interface AppServices {
  readonly Classifier: typeof Classifier;
  readonly MaskFiller: typeof MaskFiller;
  readonly Restorer: typeof Restorer;
  readonly Translator: typeof Translator;
  readonly WordVectors: typeof WordVectors;
  readonly Writer: typeof Writer;
}

/** A connection to a worker. */
export interface Connection<S> {
  /** The classes and functions that the worker serves. */
  readonly services: Remote<S>;
  /** Resolves when the worker has ended for any reason, with an error that says why. */
  readonly closed: Promise<WorkerError>;
  /** Terminates the worker, frees its memory, and rejects all pending calls. Idempotent. */
  terminate(): void;
}

interface PendingCall {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  /** Ids of the functions among its arguments. */
  readonly callbacks: readonly number[];
  /** Releases the signals among its arguments. */
  end(): void;
}

interface RemoteState {
  readonly fields: Record<string, unknown>;
  /** Ids of the functions that were passed to its load, which it may call until it is disposed. */
  readonly callbacks: readonly number[];
}

/**
 * Connects to a worker that calls `serve`. The worker may still be starting.
 * @param worker created by the app, because bundlers detect `new Worker(new URL(...))` in an app's
 *   own code only; or by `openWorker`
 */
export function connect<S = AppServices>(worker: Worker): Connection<S> {
  const channel = new Channel(worker);
  const services = new Proxy(
    {},
    {
      get: (_, name) => (isMember(name) ? channel.service(name) : undefined),
    },
  );
  return {
    services: services as Remote<S>,
    closed: channel.closed,
    terminate: () => {
      worker.terminate();
      channel.close(
        new WorkerError('the worker was terminated; start it again and reload the model'),
      );
    },
  };
}

class Channel {
  readonly closed: Promise<WorkerError>;
  readonly #worker: Worker;
  readonly #pending = new Map<number, PendingCall>();
  readonly #callbacks = new Map<number, (...args: readonly unknown[]) => unknown>();
  readonly #objects = new Map<number, RemoteState>();
  /** Requests that are sent when the worker is ready; undefined from then on. */
  #queue: [Request, Transferable[]][] | undefined = [];
  #failure: WorkerError | undefined;
  #tellClosed: (error: WorkerError) => void = () => undefined;
  #next = 0;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.closed = new Promise((resolve) => {
      this.#tellClosed = resolve;
    });
    // Random UUIDs are for secure contexts only, in which everything else that needs one says so.
    const lock = `qkv-${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
    worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (isOwnMessage(data)) this.#receive(data as Response, lock);
    });
    worker.addEventListener('messageerror', () => {
      this.close(
        new WorkerError('a message of the worker could not be deserialised; return plain data'),
      );
    });
    worker.addEventListener('error', (event) => {
      // Before the worker is ready, an error means that it did not start; later ones do not end it.
      if (this.#queue === undefined) return;
      const why = event.message || 'its script could not be loaded; check its address';
      this.close(new WorkerError(`the worker did not start: ${why}`));
    });
    worker.postMessage({ qkv: 'hello', lock } satisfies Request);
  }

  /**
   * A proxy of a service, both as a function and as a class with `load`: the page does not know
   * which it is.
   */
  service(name: string): unknown {
    const call = (...args: readonly unknown[]) => this.#call(undefined, name, args);
    return Object.assign(call, {
      load: (source: unknown, options: object = {}) => {
        const local = LOCAL.find((option) => option in options);
        if (local !== undefined) {
          const why = `option '${local}' cannot be sent to a worker; pass it to serve() there`;
          return Promise.reject(new OptionError(`${name}.load: ${why}`));
        }
        return this.#call(undefined, name, [absolute(source), options]);
      },
    });
  }

  /** Rejects all pending and later calls. */
  close(error: WorkerError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#queue = undefined;
    for (const { reject, end } of this.#pending.values()) {
      end();
      reject(error);
    }
    this.#pending.clear();
    this.#callbacks.clear();
    this.#tellClosed(error);
  }

  #call(object: number | undefined, name: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = this.#next++;
    const ends: (() => void)[] = [];
    const signals: number[] = [];
    const callbacks: number[] = [];
    const registry: Registry = {
      addFunction: (work) => {
        const callback = this.#next++;
        this.#callbacks.set(callback, work);
        callbacks.push(callback);
        return callback;
      },
      addSignal: (signal) => {
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
      const serialised = args.map((arg) => serialise(arg, registry));
      this.#pending.set(id, { resolve, reject, callbacks, end });
      this.#send(
        { qkv: 'call', id, object, name, args: serialised.map(({ value }) => value) },
        serialised.flatMap((arg) => arg.transfer),
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
        this.#callbacks.get(response.callback)?.(...response.args.map(deserialised));
        break;
      case 'fields':
        Object.assign(this.#objects.get(response.object)?.fields ?? {}, response.fields);
        break;
      case 'result':
        this.#finish(response.id)?.resolve(deserialised(response.value));
        break;
      case 'object': {
        const call = this.#take(response.id);
        const { object, fields, promises } = response;
        this.#objects.set(object, { fields: { ...fields }, callbacks: call?.callbacks ?? [] });
        call?.resolve(this.#proxy(object, promises));
        break;
      }
      case 'error':
        this.#finish(response.id)?.reject(errorFromPlain(response.error));
        break;
      default:
        response satisfies never;
    }
  }

  /**
   * Sends queued requests. Page and worker each announce themselves, because either may be ready
   * first.
   */
  #start(lock: string): void {
    const queue = this.#queue ?? [];
    if (this.#queue === undefined) return;
    this.#queue = undefined;
    // Repeated, because the worker may not have been listening when the first 'hello' was sent.
    this.#post({ qkv: 'hello', lock }, []);
    for (const [request, transfer] of queue) this.#post(request, transfer);
  }

  /** Waits for the lock that the worker holds: getting it means that the worker has ended. */
  #watch(lock: string): void {
    const granted = globalThis.navigator?.locks?.request(lock, () => undefined);
    granted?.then(
      () =>
        this.close(new WorkerError('the worker has ended; start it again and reload the model')),
      () => undefined,
    );
  }

  /** Removes a call that has ended, with its callbacks. */
  #finish(id: number): PendingCall | undefined {
    const call = this.#take(id);
    this.#forget(call?.callbacks);
    return call;
  }

  #forget(callbacks: readonly number[] = []): void {
    for (const callback of callbacks) this.#callbacks.delete(callback);
  }

  /** Removes a call that has ended; its callbacks stay. */
  #take(id: number): PendingCall | undefined {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    call?.end();
    return call;
  }

  /**
   * A proxy whose properties are the fields that the worker sent; all others are promises or
   * methods.
   */
  #proxy(object: number, promises: readonly string[]): unknown {
    const fields = this.#objects.get(object)?.fields ?? {};
    return new Proxy(fields, {
      get: (_, name) => {
        if (!isMember(name)) return undefined;
        if (name in fields) return fields[name];
        if (promises.includes(name)) return this.#call(object, name, []);
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

/**
 * Whether a proxy has a member of this name. 'then' is excluded, or `await` would treat the proxy
 * as a promise.
 */
function isMember(name: string | symbol): name is string {
  return typeof name === 'string' && name !== 'then';
}

/** Workers send no functions or signals, so that only errors are recreated. */
const fromWorker: Receiver = {
  function: () => () => undefined,
  signal: () => new AbortController().signal,
};

const deserialised = (value: unknown) => deserialise(value, fromWorker);

/** Resolves an address against the page, because a worker would resolve it against its script. */
function absolute(source: unknown): unknown {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  return typeof source === 'string' && base !== undefined ? new URL(source, base).href : source;
}
