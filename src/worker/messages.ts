/**
 * What a page and its worker say to each other. Functions and abort signals stay where they are and are
 * named by numbers; everything else is copied, or moved where the sender gives it away.
 */
import { errorFromPlain, errorToPlain, type PlainError } from '../core/plainError';

/** What a structured clone cannot carry: the receiver makes a stand-in of it. */
type Reference =
  | { readonly kind: 'function'; readonly id: number }
  | { readonly kind: 'signal'; readonly id: number; readonly aborted: boolean }
  | { readonly kind: 'error'; readonly plain: PlainError };

/** Marks a reference among the fields of plain objects: no name of ours begins like it. */
const MARK = '\u0000qkv';

/** From the page to the worker. */
export type Request =
  | { readonly qkv: 'hello'; readonly lock: string }
  | {
      readonly qkv: 'call';
      readonly id: number;
      /** The object whose method is called; the served functions without. */
      readonly object: number | undefined;
      readonly name: string;
      readonly args: readonly unknown[];
    }
  | { readonly qkv: 'abort'; readonly signal: number }
  | { readonly qkv: 'forget'; readonly signals: readonly number[] };

/** From the worker to the page. */
export type Response =
  | { readonly qkv: 'ready' }
  /** The worker holds the lock that the page named. */
  | { readonly qkv: 'locked' }
  | { readonly qkv: 'result'; readonly id: number; readonly value: unknown }
  | {
      readonly qkv: 'object';
      readonly id: number;
      readonly object: number;
      readonly fields: Fields;
      /** Names of its promises, which are asked for as its methods are. */
      readonly promises: readonly string[];
    }
  | { readonly qkv: 'error'; readonly id: number; readonly error: PlainError }
  | { readonly qkv: 'fields'; readonly object: number; readonly fields: Fields }
  | { readonly qkv: 'callback'; readonly callback: number; readonly args: readonly unknown[] };

/** Values of an object's properties. */
export type Fields = Readonly<Record<string, unknown>>;

/** What either side of a channel can send to. */
export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
}

/** Whether a message is of this protocol: a worker may have others. */
export function isOurs(message: unknown): message is { readonly qkv: string } {
  return typeof message === 'object' && message !== null && 'qkv' in message;
}

const given = new WeakSet<ArrayBufferLike>();

/**
 * Gives the memory of arrays away with the message that they are in, in place of copying it: they are empty
 * here afterwards.
 */
export function transfer<T extends ArrayBufferView | ArrayBuffer>(value: T): T {
  given.add(value instanceof ArrayBuffer ? value : (value as ArrayBufferView).buffer);
  return value;
}

/** What the sender keeps of what it sends. */
export interface Keeper {
  keepFunction(work: (...args: readonly unknown[]) => unknown): number;
  keepSignal(signal: AbortSignal): number;
}

export interface Packed {
  readonly value: unknown;
  readonly transfer: Transferable[];
}

/**
 * A value as it is sent. Functions and signals are kept and numbered, errors keep their class and fields,
 * addresses become text and headers plain data.
 */
export function pack(value: unknown, keeper: Keeper): Packed {
  const moved = new Set<ArrayBuffer>();
  const visit = (item: unknown): unknown => {
    if (typeof item === 'function') {
      const id = keeper.keepFunction((...args) => item(...args));
      return { [MARK]: { kind: 'function', id } satisfies Reference };
    }
    if (item instanceof AbortSignal) {
      const id = keeper.keepSignal(item);
      return { [MARK]: { kind: 'signal', id, aborted: item.aborted } satisfies Reference };
    }
    if (item instanceof Error) {
      return { [MARK]: { kind: 'error', plain: errorToPlain(item) } satisfies Reference };
    }
    if (item instanceof URL) return item.href;
    if (item instanceof Headers) return Object.fromEntries(item);
    if (ArrayBuffer.isView(item) || item instanceof ArrayBuffer) {
      const buffer = item instanceof ArrayBuffer ? item : item.buffer;
      if (buffer instanceof ArrayBuffer && given.delete(buffer)) moved.add(buffer);
      return item;
    }
    if (Array.isArray(item)) return item.map(visit);
    if (!isPlain(item)) return item;
    return Object.fromEntries(Object.entries(item).map(([name, field]) => [name, visit(field)]));
  };
  const packed = visit(value);
  return { value: packed, transfer: [...moved] };
}

/** Makes stand-ins for what stayed on the other side. */
export interface Stand {
  function(id: number): (...args: readonly unknown[]) => void;
  signal(id: number, aborted: boolean): AbortSignal;
}

/** A value as it was received, with stand-ins for functions and signals. */
export function unpack(value: unknown, stand: Stand): unknown {
  if (Array.isArray(value)) return value.map((item) => unpack(item, stand));
  if (!isPlain(value)) return value;
  const reference = value[MARK];
  if (isReference(reference)) {
    switch (reference.kind) {
      case 'function':
        return stand.function(reference.id);
      case 'signal':
        return stand.signal(reference.id, reference.aborted);
      case 'error':
        return errorFromPlain(reference.plain);
      default:
        return reference satisfies never;
    }
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, unpack(field, stand)]),
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
