/**
 * The worker's side: answers what a page asks of the classes and functions that the worker serves. The
 * objects that come of it live here and are named by numbers.
 */
import { DisposedError, OptionError } from '../core/errors';
import { errorToPlain } from '../core/plainError';
import {
  type Fields,
  isOurs,
  type Port,
  pack,
  type Request,
  type Response,
  type Stand,
  unpack,
} from './messages';

/** A class whose objects are loaded: Translator, Writer, WordVectors. */
export interface Loadable {
  load(source: never, options: never): Promise<object>;
}

/** A function that a worker serves. */
export type ServedFunction = (...args: never[]) => unknown;

/** What a worker serves, by the names under which the page finds it. */
export type Services = Readonly<Record<string, Loadable | ServedFunction>>;

/** How a worker serves. */
export interface ServeOptions {
  /** Options of every load that cannot be sent: kinds, decodings, formats, device, fetch. */
  readonly load?: Readonly<Record<string, unknown>>;
  /** Where requests come from; the worker's own global scope by default. */
  readonly port?: Port & Pick<EventTarget, 'addEventListener'>;
}

/** What is kept of an object that a page holds. */
interface Kept {
  readonly object: object;
  dispose?(): unknown;
}

/**
 * Serves classes and functions to the page that made this worker; see `connect`.
 * A function's arguments and result are copied; a result that has `dispose` stays here, and the page gets a
 * stand-in.
 * @returns the services, so that the page can import their type
 */
export function serve<S extends Services>(services: S, options: ServeOptions = {}): S {
  const { load = {}, port = globalThis as unknown as NonNullable<ServeOptions['port']> } = options;
  const objects = new Map<number, Kept>();
  const signals = new Map<number, AbortController>();
  let next = 0;

  const send = (response: Response, transfer: Transferable[] = []) =>
    port.postMessage(response, transfer);

  const stand: Stand = {
    function:
      (callback) =>
      (...args) => {
        const { value, transfer } = pack(args, refuseToKeep);
        send({ qkv: 'callback', callback, args: Array.isArray(value) ? value : [] }, transfer);
      },
    signal: (id, aborted) => {
      const controller = signals.get(id) ?? new AbortController();
      signals.set(id, controller);
      if (aborted) controller.abort();
      return controller.signal;
    },
  };

  const answer = (id: number, result: unknown, moves: boolean) => {
    if (isDisposable(result)) {
      const object = next++;
      objects.set(object, { object: result });
      send({ qkv: 'object', id, object, fields: fieldsOf(result) });
      return;
    }
    const { value, transfer } = pack(result, refuseToKeep, moves);
    send({ qkv: 'result', id, value }, transfer);
  };

  const call = async ({ id, object, name, args }: Extract<Request, { qkv: 'call' }>) => {
    try {
      const given = args.map((arg) => unpack(arg, stand));
      if (object === undefined) {
        answer(id, await callService(services, load, name, given), false);
        return;
      }
      const target = objects.get(object)?.object;
      if (target === undefined) {
        // To dispose of something twice does no harm.
        if (name === 'dispose') return answer(id, undefined, false);
        throw new DisposedError(`${name}: the object in the worker was disposed; load it again`);
      }
      if (name === 'dispose') objects.delete(object);
      const member: unknown = Reflect.get(target, name);
      const result = await (typeof member === 'function'
        ? Reflect.apply(member, target, given)
        : member);
      if (objects.has(object)) send({ qkv: 'fields', object, fields: gettersOf(target) });
      answer(id, result, true);
    } catch (error) {
      send({ qkv: 'error', id, error: errorToPlain(error) });
    }
  };

  port.addEventListener('message', (event) => {
    const message: unknown = event instanceof MessageEvent ? event.data : undefined;
    if (!isOurs(message)) return;
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
 * Held as long as the worker lives, so that the page learns of its end however it comes. Without locks,
 * as in Node, the page only knows of an end that it brings about.
 */
function holdLock(name: string, tell: () => void): void {
  const held = globalThis.navigator?.locks?.request(name, () => {
    tell();
    return new Promise(() => undefined);
  });
  held?.catch(() => undefined);
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
      `the worker serves no '${name}', only ${Object.keys(services).join(', ')}; add it to serve()`,
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

/** Nothing of ours goes back to the page but by copy. */
const refuseToKeep = {
  keepFunction(): never {
    throw new OptionError('a result with a function cannot be sent from a worker; return data');
  },
  keepSignal(): never {
    throw new OptionError('a result with an AbortSignal cannot be sent from a worker; return data');
  },
};

/** Data of an object that the page may read at once. */
function fieldsOf(object: object): Fields {
  return { ...sendable(Object.entries(object)), ...gettersOf(object) };
}

/** What its class computes when it is asked, as `memory`: sent again after every call. */
function gettersOf(object: object): Fields {
  const names: string[] = [];
  // Those of the classes that its class extends as well.
  for (let at = Object.getPrototypeOf(object); at !== Object.prototype && at !== null; ) {
    const own = Object.entries(Object.getOwnPropertyDescriptors(at));
    names.push(...own.flatMap(([name, { get }]) => (get === undefined ? [] : [name])));
    at = Object.getPrototypeOf(at);
  }
  return sendable(names.map((name) => [name, Reflect.get(object, name)]));
}

function sendable(entries: readonly (readonly [string, unknown])[]): Fields {
  const data = entries.filter(([, value]) => {
    if (typeof value !== 'object' || value === null) return typeof value !== 'function';
    return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  });
  return Object.fromEntries(data);
}
