/**
 * Lowers one loop: what runs before its first iteration, its body with places for all that enters and
 * leaves a step, and what runs after its last. Rows of sequences and of results are places that move
 * with the iteration; a carry is read from one storage and written to another, which change places.
 * Where rows do not begin at places that a device can bind, kernels take and put them by a row number
 * from a table.
 */
import {
  addDims,
  type Dim,
  dimBound,
  isMultipleOf,
  multiplyDims,
  subtractDims,
} from '../../core/dim';
import { assert, defined } from '../../core/errors';
import { numberOfElements } from '../../core/shape';
import { nameAlike } from '../../graph/names';
import { outputOf, tensorKey } from '../../graph/node';
import type { Loop, Node, Tensor } from '../../graph/op';
import { outputsOf, rebuild } from '../../graph/rebuild';
import { constantTensor, inputTensor } from '../../graph/source';
import { copy } from '../../ops/copy/op';
import { takeRow } from '../../ops/takeRow/op';
import { writeRows } from '../../ops/update/op';
import { ALIGNED_ELEMENTS, reshape } from '../../ops/view/op';
import type { LoopStride, StorageReference, StorageReferences } from '../memory/references';
import { copyGroup, fuse } from '../schedule/fuse';
import type { Group, LoopFrame } from '../schedule/group';
import { simplifyTensors } from '../schedule/simplify';

/** What the loops of a plan share while they are expanded. */
export interface LoopContext {
  /** Where the loops' parts lie. */
  readonly references: Map<string, StorageReference>;
  /** Results of all bodies. */
  readonly results: Tensor[];
  /** Row numbers, each at an aligned place, by how many. */
  readonly tables: Map<number, Tensor>;
}

/** Which of a loop's parts anything reads, by index. */
export interface Live {
  readonly finals: readonly number[];
  readonly stacks: readonly number[];
  readonly rows: readonly number[];
  readonly carries: readonly number[];
}

export interface Lowered {
  readonly before: readonly Group[];
  readonly body: readonly Group[];
  readonly after: readonly Group[];
  readonly results: readonly Tensor[];
  /** Places of this loop's parts, and with those of all around it. */
  readonly local: ReadonlyMap<string, StorageReference>;
  readonly references: StorageReferences;
  /** Name of the part that a tensor with a strides place is. */
  readonly parts: ReadonlyMap<string, string>;
}

/** A value of the body and the storage of a result, in which it belongs in a row. */
interface RowResult {
  readonly name: string;
  readonly value: Tensor;
  readonly to: Tensor;
  /** Row t + shift. */
  readonly shift: number;
}

export class LoopLowerer {
  readonly #host: Node;
  readonly #loop: Loop;
  readonly #live: Live;
  readonly #outer: readonly LoopFrame[];
  readonly #frame: LoopFrame;
  readonly #context: LoopContext;
  readonly #byKernel: ReadonlySet<string>;
  readonly #local = new Map<string, StorageReference>();
  readonly #parts = new Map<string, string>();
  readonly #indices = new Map<string, Tensor>();
  /** A carry's storages: what is copied from the initial value, and the other. */
  readonly #even: readonly (Tensor | undefined)[];
  readonly #odd: readonly (Tensor | undefined)[];

  constructor(
    group: Group,
    host: Node,
    loop: Loop,
    live: Live,
    context: LoopContext,
    byKernel: ReadonlySet<string>,
  ) {
    this.#host = host;
    this.#loop = loop;
    this.#live = live;
    this.#context = context;
    this.#byKernel = byKernel;
    this.#outer = group.loops;
    const storage = (_: Tensor, i: number) =>
      live.carries.includes(i) ? copy(this.#outside(this.#input(i))) : undefined;
    this.#even = loop.body.carries.map(storage);
    this.#odd = loop.body.carries.map(storage);
    const storages = [...this.#even, ...this.#odd].filter((tensor) => tensor !== undefined);
    this.#frame = { length: loop.length, kept: [...storages, ...outputsOf(host)] };
  }

  lower(): Lowered {
    const { finals, carries } = this.#live;
    const { body } = this.#loop;
    const before = fuse(this.#prepare(), this.#outer);
    for (const i of carries) this.#place(defined(body.carries[i], 'carry'), this.#carryPlace(i, 0));
    const results = this.#bodyResults();
    const after = finals.map((i) => {
      const last = defined(body.carries[i], 'carry');
      const final = copy(last);
      this.#place(final, { tensor: outputOf(this.#host, i), offset: 0 });
      return copyGroup(last, final, this.#outer);
    });
    return {
      before,
      body: fuse(results, [...this.#outer, this.#frame]),
      after,
      results,
      local: this.#local,
      references: new Map([...this.#context.references, ...this.#local]),
      parts: this.#parts,
    };
  }

  /** What must be done before the first iteration. */
  #prepare(): readonly Tensor[] {
    const { body, length, reverse } = this.#loop;
    const results: Tensor[] = [];
    for (const i of this.#live.carries) {
      const initial = defined(this.#even[i], 'storage');
      results.push(initial);
      if (!this.#live.stacks.includes(i)) continue;
      const to = outputOf(this.#host, body.carries.length + i);
      const first = (stride: Dim): LoopStride => {
        const start = reverse ? multiplyDims(length, stride) : 0;
        return { frame: this.#frame, start, advance: 0 };
      };
      const name = `first row of stack ${i}`;
      const value = this.#isDirect(name, initial) ? copy(initial) : initial;
      results.push(this.#put({ name, value, to, shift: 0 }, first));
    }
    body.constants.forEach((constant, i) => {
      const value = this.#input(body.carries.length + body.sequences.length + i);
      const name = `constant ${i}`;
      this.#parts.set(tensorKey(constant), name);
      nameAlike(constant.node, value.node);
      if (this.#byKernel.has(name)) {
        const fixed = copy(this.#outside(value));
        results.push(fixed);
        this.#place(constant, { tensor: fixed, offset: 0 });
      } else this.#place(constant, { tensor: value, offset: 0 });
    });
    return results;
  }

  /** The body with its sequences read and its results in their places. */
  #bodyResults(): readonly Tensor[] {
    const { carries, rows, stacks } = this.#live;
    const { body, reverse } = this.#loop;
    const count = body.carries.length;
    const wanted = [...carries.map((i) => body.next[i]), ...rows.map((i) => body.rows[i])];
    const values = simplifyTensors(wanted.map((tensor) => defined(tensor, 'result')));
    const swap = rebuild(values, this.#sequenceRows());
    const next = new Map(carries.map((i, at) => [i, swap(defined(values[at], 'next'))]));
    const results: RowResult[] = stacks.map((i) => ({
      name: `stack ${i}`,
      value: defined(next.get(i), 'next'),
      to: outputOf(this.#host, count + i),
      shift: reverse ? 0 : 1,
    }));
    rows.forEach((i, at) => {
      const value = swap(defined(values[carries.length + at], 'row'));
      const to = outputOf(this.#host, 2 * count + i);
      results.push({ name: `row ${i}`, value, to, shift: 0 });
    });
    const taken = new Set<string>();
    const own = (value: Tensor): Tensor => {
      const free = hasOwnStorage(value) && !taken.has(tensorKey(value));
      taken.add(tensorKey(value));
      return free ? value : copy(value);
    };
    const written = carries.map((i) => {
      const value = own(defined(next.get(i), 'next'));
      this.#place(value, this.#carryPlace(i, 1));
      return value;
    });
    const puts = results.map(({ value, ...result }) => {
      const mine = this.#isDirect(result.name, value) ? own(value) : value;
      return this.#put({ ...result, value: mine }, this.#rows(result.shift));
    });
    return [...written, ...puts];
  }

  /** Places the sequences' rows, or takes them by kernels. */
  #sequenceRows(): ReadonlyMap<string, Tensor> {
    const { body, shifts } = this.#loop;
    const stands = new Map<string, Tensor>();
    body.sequences.forEach((row, i) => {
      const source = this.#input(body.carries.length + i);
      const strides = this.#rows(shifts[i] ?? 0);
      const name = `sequence ${i}`;
      if (this.#isDirect(name, row)) {
        const place = {
          tensor: source,
          offset: 0,
          strides: [strides(numberOfElements(row.shape))],
        };
        this.#place(row, place);
        this.#parts.set(tensorKey(row), name);
      } else stands.set(tensorKey(row), takeRow(this.#outside(source), this.#index(strides)));
    });
    return stands;
  }

  /** Lets a value be computed in its row, or writes it there by a kernel. */
  #put({ name, value, to }: RowResult, strides: (stride: Dim) => LoopStride): Tensor {
    const stride = numberOfElements(value.shape);
    if (this.#isDirect(name, value)) {
      this.#place(value, { tensor: to, offset: 0, strides: [strides(stride)] });
      this.#parts.set(tensorKey(value), name);
      return value;
    }
    const whole = reshape(this.#outside(to), [1, to.shape[0] ?? 1, stride]);
    const put = writeRows(whole, reshape(value, [1, 1, stride]), this.#index(strides));
    this.#place(put, { tensor: to, offset: 0 });
    return put;
  }

  /** Whether rows begin where buffers can be bound. */
  #isDirect(name: string, row: Tensor): boolean {
    return isMultipleOf(numberOfElements(row.shape), ALIGNED_ELEMENTS) && !this.#byKernel.has(name);
  }

  /** Row t + shift of something with rows of `stride` elements. */
  #rows(shift: number): (stride: Dim) => LoopStride {
    const { length, reverse } = this.#loop;
    return (stride) => ({
      frame: this.#frame,
      start: multiplyDims(reverse ? addDims(subtractDims(length, 1), shift) : shift, stride),
      advance: multiplyDims(stride, reverse ? -1 : 1),
    });
  }

  /** A row number as a value, i32 [1]. */
  #index(strides: (stride: Dim) => LoopStride): Tensor {
    const place = strides(ALIGNED_ELEMENTS);
    const key = `${place.start} ${place.advance}`;
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    const index = inputTensor('row', { dtype: 'i32', shape: [1] });
    this.#place(index, { tensor: this.#table(), offset: 0, strides: [place] });
    this.#indices.set(key, index);
    return index;
  }

  #table(): Tensor {
    const { length, shifts } = this.#loop;
    const rows = dimBound(length) + Math.max(1, ...shifts) + 1;
    const { tables } = this.#context;
    const data = new Float64Array(rows * ALIGNED_ELEMENTS).map((_, i) => i / ALIGNED_ELEMENTS);
    const table = tables.get(rows) ?? constantTensor({ shape: [data.length], data }, 'i32');
    tables.set(rows, table);
    return table;
  }

  #carryPlace(i: number, from: 0 | 1): StorageReference {
    const storages = [this.#even[i], this.#odd[i]];
    const tensor = defined(storages[from], 'storage');
    return {
      tensor,
      offset: 0,
      doubleBuffer: { frame: this.#frame, other: defined(storages[1 - from], 'storage') },
    };
  }

  #input(i: number): Tensor {
    return defined(this.#host.inputs[i], 'input of a loop');
  }

  /** A stand-in for a tensor from outside, where the search for nodes stops. */
  #outside(tensor: Tensor): Tensor {
    const { dtype, shape } = tensor;
    const stand = inputTensor('outside', { dtype, shape });
    nameAlike(stand.node, tensor.node);
    this.#place(stand, { tensor, offset: 0 });
    return stand;
  }

  #place(tensor: Tensor, place: StorageReference): void {
    assert(!this.#local.has(tensorKey(tensor)), `${tensor.node.op.name} has two places`);
    this.#local.set(tensorKey(tensor), place);
  }
}

/** Whether a value is computed into storage that can be chosen freely. */
function hasOwnStorage({ node, index }: Tensor): boolean {
  const { lowering } = node.op;
  if (lowering.kind === 'elementwise') return node.inputs.length > 0;
  return lowering.kind === 'kernel' && lowering.inPlace?.(node.attrs).has(index) !== true;
}
