/**
 * The worker's side: answers a page's calls of the classes and functions that the worker serves.
 * Loaded objects stay in the worker and are referenced by ids.
 */
import { DisposedError, OptionError } from '../core/errors';
import { errorToPlain } from '../core/plainError';
import {
  deserialise,
  type Fields,
  isOwnMessage,
  type Port,
  type Receiver,
  type Request,
  type Response,
  serialise,
} from './messages';

/** A class with a static `load`: Translator, Writer, WordVectors. */
export interface Loadable {
  load(source: never, options: never): Promise<object>;
}

/** A function that a worker serves. */
export type ServedFunction = (...args: never[]) => unknown;

/** The services of a worker by name. */
export type Services = Readonly<Record<string, Loadable | ServedFunction>>;

/** Options of `serve`. */
export interface ServeOptions {
  /**
   * Options of all loads that cannot be sent to a worker: kinds, decodings, formats, kernels,
   * device, fetch, ...
   */
  readonly load?: Readonly<Record<string, unknown>>;
  /** The port of the requests (default: the worker's global scope). */
  readonly port?: Port & Pick<EventTarget, 'addEventListener'>;
}

/**
 * Serves classes and functions to the page that created this worker; see `connect`. A function's
 * arguments and result are copied, but a result with `dispose` stays in the worker, and the page
 * gets a proxy.
 * @returns the services, so that the page can import their type
 */
export function serve<S extends Services>(services: S, options: ServeOptions = {}): S {
  const { load = {}, port = globalThis as unknown as NonNullable<ServeOptions['port']> } = options;
  const objects = new Map<number, object>();
  const signals = new Map<number, AbortController>();
  let next = 0;

  const send = (response: Response, transfer: Transferable[] = []) =>
    port.postMessage(response, transfer);

  const receiver: Receiver = {
    function:
      (callback) =>
      (...args) => {
        const { value, transfer } = serialise(args, rejecting);
        send({ qkv: 'callback', callback, args: Array.isArray(value) ? value : [] }, transfer);
      },
    signal: (id, aborted) => {
      const controller = signals.get(id) ?? new AbortController();
      signals.set(id, controller);
      if (aborted) controller.abort();
      return controller.signal;
    },
  };

  const answer = (id: number, result: unknown) => {
    if (isDisposable(result)) {
      const object = next++;
      objects.set(object, result);
      send({ qkv: 'object', id, object, fields: fieldsOf(result), promises: promisesOf(result) });
      return;
    }
    const { value, transfer } = serialise(result, rejecting);
    send({ qkv: 'result', id, value }, transfer);
  };

  const call = async ({ id, object, name, args }: Extract<Request, { qkv: 'call' }>) => {
    try {
      const received = args.map((arg) => deserialise(arg, receiver));
      if (object === undefined) {
        answer(id, await callService(services, load, name, received));
        return;
      }
      const target = objects.get(object);
      if (target === undefined) {
        // Disposal is idempotent.
        if (name === 'dispose') return answer(id, undefined);
        throw new DisposedError(`${name}: the object in the worker was disposed; load it again`);
      }
      if (name === 'dispose') objects.delete(object);
      const member: unknown = Reflect.get(target, name);
      const result = await (typeof member === 'function'
        ? Reflect.apply(member, target, received)
        : member);
      if (objects.has(object)) send({ qkv: 'fields', object, fields: gettersOf(target) });
      answer(id, result);
    } catch (error) {
      send({ qkv: 'error', id, error: errorToPlain(error) });
    }
  };

  port.addEventListener('message', (event) => {
    const message: unknown = event instanceof MessageEvent ? event.data : undefined;
    if (!isOwnMessage(message)) return;
    const request = message as Request;
    switch (request.qkv) {
      case 'hello':
        send({ qkv: 'ready' });
        holdLock(request.lock, () => send({ qkv: 'locked' }));
        break;
      case 'call':
        void call(request);
        break;
      case 'abort':
        signals.get(request.signal)?.abort();
        break;
      case 'forget':
        for (const signal of request.signals) signals.delete(signal);
        break;
      default:
        request satisfies never;
    }
  });
  send({ qkv: 'ready' });
  return services;
}

/**
 * Holds a lock as long as the worker runs, so that the page notices any end of the worker. Without
 * the Web Locks API, as in Node, the page notices only its own `terminate`.
 */
function holdLock(name: string, onAcquired: () => void): void {
  const lock = globalThis.navigator?.locks?.request(name, () => {
    onAcquired();
    return new Promise(() => undefined);
  });
  lock?.catch(() => undefined);
}

function callService(
  services: Services,
  load: Readonly<Record<string, unknown>>,
  name: string,
  args: readonly unknown[],
): unknown {
  const service = Object.hasOwn(services, name) ? services[name] : undefined;
  if (service === undefined) {
    throw new OptionError(
      `the worker does not serve '${name}', only ${Object.keys(services).join(', ')}; add it to serve()`,
    );
  }
  if (!isLoadable(service)) return Reflect.apply(service, undefined, args);
  const [source, options] = args;
  return Reflect.apply(service.load, service, [source, { ...load, ...Object(options) }]);
}

function isLoadable(service: Loadable | ServedFunction): service is Loadable {
  return 'load' in service;
}

function isDisposable(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    'dispose' in value &&
    typeof value.dispose === 'function'
  );
}

/** Results and callback arguments of a worker must be data. */
const rejecting = {
  addFunction(): never {
    throw new OptionError('a result with a function cannot be sent from a worker; return data');
  },
  addSignal(): never {
    throw new OptionError('a result with an AbortSignal cannot be sent from a worker; return data');
  },
};

/** Fields of an object that can be sent, with the values of its getters. */
function fieldsOf(object: object): Fields {
  return { ...sendable(Object.entries(object)), ...gettersOf(object) };
}

/** Values of an object's getters, such as `memory`, which are sent again after every call. */
function gettersOf(object: object): Fields {
  return sendable(gettersNamed(object).map((name) => [name, Reflect.get(object, name)]));
}

/** Names of an object's getters that return promises, such as `lost`. */
function promisesOf(object: object): readonly string[] {
  return gettersNamed(object).filter((name) => Reflect.get(object, name) instanceof Promise);
}

/** Names of the getters of an object's class and base classes. */
function gettersNamed(object: object): readonly string[] {
  const names: string[] = [];
  for (let at = Object.getPrototypeOf(object); at !== Object.prototype && at !== null; ) {
    const properties = Object.entries(Object.getOwnPropertyDescriptors(at));
    names.push(...properties.flatMap(([name, { get }]) => (get === undefined ? [] : [name])));
    at = Object.getPrototypeOf(at);
  }
  return names;
}

function sendable(entries: readonly (readonly [string, unknown])[]): Fields {
  return Object.fromEntries(entries.filter(([, value]) => isData(value)));
}

/** Whether a value is data in all its parts, such as neither functions nor objects of classes. */
function isData(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'function';
  if (Array.isArray(value)) return value.every(isData);
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isData);
}
