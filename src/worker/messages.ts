/**
 * The messages between a page and its worker. Functions and abort signals stay with the sender and
 * are referenced by ids; everything else is copied, or transferred if the sender marks it with
 * `transfer`.
 */
import { errorFromPlain, errorToPlain, type PlainError } from '../core/plainError';
import { takeMark } from '../core/transfer';

/**
 * Stands for a value that structured cloning does not support; the receiver recreates it or a proxy
 * of it.
 */
type Reference =
  | { readonly kind: 'function'; readonly id: number }
  | { readonly kind: 'signal'; readonly id: number; readonly aborted: boolean }
  | { readonly kind: 'error'; readonly plain: PlainError };

/** The field name that marks a reference; no other field begins with a NUL character. */
const MARK = '\u0000qkv';

/** From the page to the worker. */
export type Request =
  | { readonly qkv: 'hello'; readonly lock: string }
  | {
      readonly qkv: 'call';
      readonly id: number;
      /** Id of the object whose method is called; undefined for a service. */
      readonly object: number | undefined;
      readonly name: string;
      readonly args: readonly unknown[];
    }
  | { readonly qkv: 'abort'; readonly signal: number }
  | { readonly qkv: 'forget'; readonly signals: readonly number[] };

/** From the worker to the page. */
export type Response =
  | { readonly qkv: 'ready' }
  /** The worker has acquired the lock that the page named. */
  | { readonly qkv: 'locked' }
  | { readonly qkv: 'result'; readonly id: number; readonly value: unknown }
  | {
      readonly qkv: 'object';
      readonly id: number;
      readonly object: number;
      readonly fields: Fields;
      /** Names of its promises, which are requested like methods. */
      readonly promises: readonly string[];
    }
  | { readonly qkv: 'error'; readonly id: number; readonly error: PlainError }
  | { readonly qkv: 'fields'; readonly object: number; readonly fields: Fields }
  | { readonly qkv: 'callback'; readonly callback: number; readonly args: readonly unknown[] };

/** Values of an object's properties by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** A port that messages can be sent to. */
export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
}

/**
 * Whether a message belongs to this protocol; an app may exchange other messages with its worker.
 */
export function isOwnMessage(message: unknown): message is { readonly qkv: string } {
  return typeof message === 'object' && message !== null && 'qkv' in message;
}

/** Where the sender registers functions and signals. Each method returns an id. */
export interface Registry {
  addFunction(work: (...args: readonly unknown[]) => unknown): number;
  addSignal(signal: AbortSignal): number;
}

export interface Serialised {
  readonly value: unknown;
  readonly transfer: Transferable[];
}

/**
 * Converts a value to a form that can be sent. Functions and signals are registered and replaced by
 * references, errors become plain data with their class and fields, URLs text and headers plain
 * objects.
 */
export function serialise(value: unknown, registry: Registry): Serialised {
  const moved = new Set<ArrayBuffer>();
  const visit = (item: unknown): unknown => {
    if (typeof item === 'function') {
      const id = registry.addFunction((...args) => item(...args));
      return { [MARK]: { kind: 'function', id } satisfies Reference };
    }
    if (item instanceof AbortSignal) {
      const id = registry.addSignal(item);
      return { [MARK]: { kind: 'signal', id, aborted: item.aborted } satisfies Reference };
    }
    if (item instanceof Error) {
      return { [MARK]: { kind: 'error', plain: errorToPlain(item) } satisfies Reference };
    }
    if (item instanceof URL) return item.href;
    if (item instanceof Headers) return Object.fromEntries(item);
    if (ArrayBuffer.isView(item) || item instanceof ArrayBuffer) {
      const buffer = item instanceof ArrayBuffer ? item : item.buffer;
      if (buffer instanceof ArrayBuffer && takeMark(buffer)) moved.add(buffer);
      return item;
    }
    if (Array.isArray(item)) return item.map(visit);
    if (!isPlain(item)) return item;
    return Object.fromEntries(Object.entries(item).map(([name, field]) => [name, visit(field)]));
  };
  const serialised = visit(value);
  return { value: serialised, transfer: [...moved] };
}

/** Makes the receiver's proxies of functions and signals that stayed with the sender. */
export interface Receiver {
  function(id: number): (...args: readonly unknown[]) => void;
  signal(id: number, aborted: boolean): AbortSignal;
}

/** Converts a received value back, with proxies for functions and signals. */
export function deserialise(value: unknown, receiver: Receiver): unknown {
  if (Array.isArray(value)) return value.map((item) => deserialise(item, receiver));
  if (!isPlain(value)) return value;
  const reference = value[MARK];
  if (isReference(reference)) {
    switch (reference.kind) {
      case 'function':
        return receiver.function(reference.id);
      case 'signal':
        return receiver.signal(reference.id, reference.aborted);
      case 'error':
        return errorFromPlain(reference.plain);
      default:
        return reference satisfies never;
    }
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, deserialise(field, receiver)]),
  );
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isReference(value: unknown): value is Reference {
  return isPlain(value) && ['function', 'signal', 'error'].some((kind) => value.kind === kind);
}
