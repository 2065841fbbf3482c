/**
 * The plan: what a graph is compiled to. Plain data: steps in order, and where each value lies. It
 * does not depend on the device; executors lower its steps to dispatches or interpret them.
 */
import { type Dim, dimBound } from '../../core/dim';
import {
  type DType,
  ELEMENT_BYTES,
  formatType,
  numberOfElements,
  type Shape,
} from '../../core/shape';
import { tensorKey } from '../../graph/node';
import type { Tensor } from '../../graph/op';
import type { Constant } from '../../graph/source';
import type { Group } from '../schedule/group';
import { groupNodes } from '../schedule/group';
import { type LoopRange, nest, type Sequence } from './replay';

/** A piece of device memory that values are placed in. */
export interface Storage {
  readonly id: number;
  readonly use:
    | { readonly kind: 'input'; readonly name: string }
    | { readonly kind: 'state'; readonly name: string }
    | { readonly kind: 'constant'; readonly data: Constant; readonly dtype: DType }
    | { readonly kind: 'arena' }
    | { readonly kind: 'temporary' };
  /** Size with every symbol at its bound. */
  readonly byteLength: number;
}

/** 'input x', 'state parameters', 'constant', 'temporary'. */
export function storageName(use: Storage['use']): string {
  return 'name' in use ? `${use.kind} ${use.name}` : use.kind;
}

/** Where a value lies. */
export interface Place {
  readonly storage: Storage;
  readonly elementOffset: number;
  /** In iteration i of a loop the offset is larger by start + i * advance elements. */
  readonly strides?: readonly PlaceStride[];
  /** In odd iterations of a loop it lies in the other storage. */
  readonly doubleBuffer?: { readonly loop: number; readonly other: Storage };
}

/** How the offset of a place depends on the iteration of a loop, in elements. */
export interface PlaceStride {
  readonly loop: number;
  readonly start: Dim;
  readonly advance: Dim;
}

/** A step of a plan: nodes that are computed together. */
export interface Step {
  readonly group: Group;
  /** Places of the scratch values of the host's kernels. */
  readonly scratch: readonly Place[];
}

/** A named value that enters or leaves: its type and place. */
export interface Port {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly place: Place;
}

/** A compiled graph: steps, the memory that they use, and named values. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Ranges of steps that are repeated. */
  readonly loops: readonly LoopRange[];
  readonly storages: readonly Storage[];
  readonly inputs: ReadonlyMap<string, Port>;
  readonly outputs: ReadonlyMap<string, Port>;
  readonly states: ReadonlyMap<string, Port>;
  /** Places of the values that steps read or write, by tensorKey. */
  readonly places: ReadonlyMap<string, Place>;
  /** Bounds of the symbols, by name. */
  readonly symbols: ReadonlyMap<string, number>;
}

/**
 * Bytes of a value with every symbol at its bound; at least one element, as bindings must not be
 * empty.
 */
export function boundBytes(shape: Shape): number {
  return Math.max(1, dimBound(numberOfElements(shape))) * ELEMENT_BYTES;
}

/** Planned device memory in bytes: owned by the plan, and state that it shares with others. */
export function planBytes(plan: Plan): { readonly owned: number; readonly state: number } {
  let [owned, state] = [0, 0];
  for (const { use, byteLength } of plan.storages) {
    if (use.kind === 'state') state += byteLength;
    else owned += byteLength;
  }
  return { owned, state };
}

/** The symbols of some shapes, with their bounds. */
export function symbolsOf(shapes: Iterable<Shape>): Map<string, number> {
  const symbols = new Map<string, number>();
  for (const shape of shapes) {
    for (const d of shape) {
      if (typeof d === 'number') continue;
      for (const [name, max] of d.bounds) symbols.set(name, max);
    }
  }
  return symbols;
}

/** One line per storage and per step, for people and for tests. */
export function printPlan(plan: Plan): string {
  const where = (tensor: Tensor) => {
    const place = plan.places.get(tensorKey(tensor));
    if (place === undefined) return '?';
    const other = place.doubleBuffer === undefined ? '' : `/@${place.doubleBuffer.other.id}`;
    const offset = place.elementOffset > 0 ? `+${place.elementOffset}` : '';
    const strides = (place.strides ?? []).map(printStride).join('');
    return `@${place.storage.id}${other}${offset}${strides}`;
  };
  const lines = plan.storages.map(({ id, use, byteLength }) => {
    const name = 'name' in use ? ` ${use.name}` : '';
    return `@${id} ${use.kind}${name} ${byteLength} bytes`;
  });
  const printSteps = (sequence: Sequence, indent: string): void => {
    for (const part of sequence) {
      if (typeof part !== 'number') {
        lines.push(`${indent}loop i${part.loop} to ${plan.loops[part.loop]?.length}`);
        printSteps(part.items, `${indent}  `);
        continue;
      }
      const group = plan.steps[part]?.group;
      if (group === undefined) continue;
      const results = group.outputs.map((t) => `${where(t)} ${formatType(t)}`).join(', ');
      const operands = group.inputs.map(where).join(', ');
      lines.push(`${indent}${part}: ${results} = ${groupName(group)}(${operands})`);
    }
  };
  printSteps(nest(plan.steps.length, plan.loops), '');
  return lines.join('\n');
}

function printStride({ loop, start, advance }: PlaceStride): string {
  return `[${start}${advance === 0 ? '' : ` + ${advance} i${loop}`}]`;
}

/** The ops of a group, joined: 'matmul+add+relu'. */
export function groupName(group: Group): string {
  return groupNodes(group)
    .map(({ op }) => op.name)
    .join('+');
}
