/**
 * Reads the pickle that torch.save writes of tensors, and nothing else: no name is looked up, no code is
 * run (Python's pickletools documents the instructions).
 */
import { FormatError } from '../../core/errors';
import type { StoredDType } from '../storedTensor';

/** Elements that tensors share: a file of the archive. */
export interface Storage {
  readonly kind: 'storage';
  readonly dtype: StoredDType;
  readonly key: string;
  readonly count: number;
}

/** A tensor as a view of a storage; offset and strides in elements. */
export interface TensorView {
  readonly kind: 'tensor';
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

interface Dict {
  readonly kind: 'dict';
  readonly entries: Map<Value, Value>;
}

/** A name of Python's that this reader knows. */
interface Global {
  readonly kind: 'global';
  readonly name: string;
}

type Value =
  | null
  | boolean
  | number
  | string
  | readonly Value[]
  | Dict
  | Global
  | Storage
  | TensorView;

const STORAGES: Readonly<Record<string, StoredDType>> = {
  'torch FloatStorage': 'F32',
  'torch DoubleStorage': 'F64',
  'torch HalfStorage': 'F16',
  'torch BFloat16Storage': 'BF16',
  'torch LongStorage': 'I64',
  'torch IntStorage': 'I32',
  'torch ShortStorage': 'I16',
  'torch CharStorage': 'I8',
  'torch ByteStorage': 'U8',
  'torch BoolStorage': 'BOOL',
};
const DICT = 'collections OrderedDict';
const TENSOR = 'torch._utils _rebuild_tensor_v2';
const PARAMETER = 'torch._utils _rebuild_parameter';
const KNOWN = new Set([...Object.keys(STORAGES), DICT, TENSOR, PARAMETER]);

/** Stands on the stack where a tuple, or a list of entries, begins. */
const MARK = Symbol('mark');

/**
 * The tensors of a pickle by their names.
 * @param where names the file in errors
 * @throws FormatError for anything but a dictionary of tensors, naming what was refused, and the place
 */
export function unpickleTensors(bytes: Uint8Array, where: string): ReadonlyMap<string, TensorView> {
  return new Unpickler(bytes, where).tensors();
}

class Unpickler {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #where: string;
  readonly #stack: (Value | typeof MARK)[] = [];
  readonly #memo = new Map<number, Value>();
  #at = 0;

  constructor(bytes: Uint8Array, where: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#where = where;
  }

  tensors(): ReadonlyMap<string, TensorView> {
    while (this.#step());
    const root = this.pop();
    if (!isKind(root, 'dict')) throw this.#error('expected a dictionary of tensors');
    const found = new Map<string, TensorView>();
    for (const [name, value] of root.entries) {
      if (typeof name !== 'string' || !isKind(value, 'tensor')) {
        throw this.#error(`expected a tensor, found something else under '${String(name)}'`);
      }
      found.set(name, value);
    }
    return found;
  }

  /** Runs an instruction. @returns whether another one follows */
  #step(): boolean {
    const place = this.#at;
    const code = this.#u8();
    const read = INSTRUCTIONS.get(code);
    if (read === undefined) {
      this.#at = place;
      throw this.#error(`the instruction 0x${code.toString(16)} is not one that tensors need`);
    }
    return read(this) !== false;
  }

  #u8(): number {
    this.#need(1);
    return this.#view.getUint8(this.#at++);
  }

  /** A little-endian number of bytes, with its sign. */
  number(bytes: 1 | 2 | 4 | 8, isSigned = false): number {
    this.#need(bytes);
    const at = this.#at;
    this.#at += bytes;
    const view = this.#view;
    if (bytes === 8) return Number(view.getBigUint64(at, true));
    if (bytes === 4) return isSigned ? view.getInt32(at, true) : view.getUint32(at, true);
    return bytes === 2 ? view.getUint16(at, true) : view.getUint8(at);
  }

  float(): number {
    this.#need(8);
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8, false);
  }

  /** A whole number of any length, as LONG1 has it. */
  long(): number {
    const length = this.number(1);
    this.#need(length);
    let value = 0n;
    for (let i = 0; i < length; i++) {
      value |= BigInt(this.#view.getUint8(this.#at + i)) << BigInt(8 * i);
    }
    this.#at += length;
    return Number(BigInt.asIntN(8 * length, value));
  }

  text(length: number): string {
    this.#need(length);
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (cause) {
      throw new FormatError(`${this.#where}: a text at byte ${this.#at} is no valid UTF-8`, {
        cause,
      });
    }
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw this.#error('expected the end of a name');
    const text = this.text(end - this.#at);
    this.#at++;
    return text;
  }

  push(value: Value): void {
    this.#stack.push(value);
  }

  mark(): void {
    this.#stack.push(MARK);
  }

  pop(): Value {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK) throw this.#error('expected a value before this');
    return value;
  }

  /** The values since the last mark. */
  popMarked(): readonly Value[] {
    const at = this.#stack.lastIndexOf(MARK);
    if (at < 0) throw this.#error('expected a mark before this');
    const values = this.#stack.splice(at).slice(1);
    return values.filter((value): value is Value => value !== MARK);
  }

  popSome(count: number): readonly Value[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  memoise(index: number): void {
    const top = this.#stack.at(-1);
    if (top === undefined || top === MARK) throw this.#error('expected a value before this');
    this.#memo.set(index, top);
  }

  get memoSize(): number {
    return this.#memo.size;
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#error(`nothing was kept as ${index}`);
    this.push(value);
  }

  global(module: string, name: string): void {
    const known = `${module} ${name}`;
    if (!KNOWN.has(known)) {
      throw this.#error(
        `it refers to ${module}.${name}, which this reader does not run; save the tensors alone, ` +
          'torch.save(model.state_dict(), file), or as safetensors',
      );
    }
    this.push({ kind: 'global', name: known });
  }

  stackGlobal(): void {
    const [module, name] = this.popSome(2);
    this.global(String(module), String(name));
  }

  /** What a call of a known name gives. */
  called(): Value {
    const [callee, args] = this.popSome(2);
    if (!isKind(callee, 'global') || !Array.isArray(args)) throw this.#error('expected a call');
    switch (callee.name) {
      case DICT:
        return { kind: 'dict', entries: new Map() };
      case PARAMETER:
        return args[0] ?? null;
      case TENSOR:
        return this.#tensor(args);
      default:
        throw this.#error(`${callee.name} cannot be called`);
    }
  }

  /** What torch keeps outside of the pickle: the elements of tensors. */
  outside(): Storage {
    const id = this.pop();
    const [tag, type, key, , count] = Array.isArray(id) ? (id as readonly Value[]) : [];
    const dtype = isKind(type, 'global') ? STORAGES[type.name] : undefined;
    if (tag !== 'storage' || dtype === undefined || typeof key !== 'string' || !isSize(count)) {
      throw this.#error('expected the elements of a tensor');
    }
    return { kind: 'storage', dtype, key, count };
  }

  setItems(values: readonly Value[]): void {
    const dict = this.#stack.at(-1);
    if (dict === MARK || !isKind(dict, 'dict') || values.length % 2 !== 0) {
      throw this.#error('expected a dictionary before this');
    }
    for (let i = 0; i < values.length; i += 2) {
      dict.entries.set(values[i] ?? null, values[i + 1] ?? null);
    }
  }

  #tensor(args: readonly Value[]): TensorView {
    const [storage, offset, shape, strides] = args;
    const areSizes = (list: Value | undefined): list is readonly number[] =>
      Array.isArray(list) && list.every(isSize);
    if (
      !isKind(storage, 'storage') ||
      !isSize(offset) ||
      !areSizes(shape) ||
      !areSizes(strides) ||
      shape.length !== strides.length
    ) {
      throw this.#error('expected the elements, the offset, the shape and the strides of a tensor');
    }
    return { kind: 'tensor', storage, offset, shape, strides };
  }

  #need(count: number): void {
    if (this.#at + count > this.#bytes.length) throw this.#error(`expected ${count} more bytes`);
  }

  #error(what: string): FormatError {
    return new FormatError(`${this.#where}: ${what} (byte ${this.#at} of its pickle)`);
  }
}

/** Instructions by their codes; false ends the program. */
const INSTRUCTIONS = new Map<number, (machine: Unpickler) => unknown>([
  // PROTO, FRAME
  [0x80, (m) => m.number(1)],
  [0x95, (m) => m.number(8)],
  // STOP
  [0x2e, () => false],
  // MARK
  [0x28, (m) => m.mark()],
  // NONE, NEWTRUE, NEWFALSE
  [0x4e, (m) => m.push(null)],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  // BININT, BININT1, BININT2, LONG1, BINFLOAT
  [0x4a, (m) => m.push(m.number(4, true))],
  [0x4b, (m) => m.push(m.number(1))],
  [0x4d, (m) => m.push(m.number(2))],
  [0x8a, (m) => m.push(m.long())],
  [0x47, (m) => m.push(m.float())],
  // BINUNICODE, SHORT_BINUNICODE
  [0x58, (m) => m.push(m.text(m.number(4)))],
  [0x8c, (m) => m.push(m.text(m.number(1)))],
  // EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3, TUPLE
  [0x29, (m) => m.push([])],
  [0x85, (m) => m.push(m.popSome(1))],
  [0x86, (m) => m.push(m.popSome(2))],
  [0x87, (m) => m.push(m.popSome(3))],
  [0x74, (m) => m.push(m.popMarked())],
  // EMPTY_DICT, SETITEM, SETITEMS
  [0x7d, (m) => m.push({ kind: 'dict', entries: new Map() })],
  [0x73, (m) => m.setItems(m.popSome(2))],
  [0x75, (m) => m.setItems(m.popMarked())],
  // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET
  [0x71, (m) => m.memoise(m.number(1))],
  [0x72, (m) => m.memoise(m.number(4))],
  [0x94, (m) => m.memoise(m.memoSize)],
  [0x68, (m) => m.recall(m.number(1))],
  [0x6a, (m) => m.recall(m.number(4))],
  // GLOBAL, STACK_GLOBAL
  [0x63, (m) => m.global(m.line(), m.line())],
  [0x93, (m) => m.stackGlobal()],
  // REDUCE, BINPERSID, BUILD: the state of a dictionary is torch's version number, which nothing needs
  [0x52, (m) => m.push(m.called())],
  [0x51, (m) => m.push(m.outside())],
  [0x62, (m) => m.pop()],
]);

type Tagged = Dict | Global | Storage | TensorView;

function isKind<K extends Tagged['kind']>(
  value: unknown,
  kind: K,
): value is Extract<Tagged, { readonly kind: K }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
