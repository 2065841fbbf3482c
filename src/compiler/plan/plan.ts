/**
 * The plan: what the compiler makes of a graph. Plain data: steps in order, and where each value
 * lies. It knows no device; executors lower its steps to dispatches or interpret them.
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
  /** In iteration i of a loop it lies start + i * advance elements further. */
  readonly strides?: readonly PlaceStride[];
  /** In odd iterations of a loop it lies in the other storage. */
  readonly doubleBuffer?: { readonly loop: number; readonly other: Storage };
}

/** How a place moves with the iterations of a loop, in elements. */
export interface PlaceStride {
  readonly loop: number;
  readonly start: Dim;
  readonly advance: Dim;
}

/** A step of a plan: nodes that are computed together, and where their values lie. */
export interface Step {
  readonly group: Group;
  /** Scratch values of a host's kernels. */
  readonly scratch: readonly Place[];
}

/** A named value that enters or leaves: its type and place. */
export interface Port {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly place: Place;
}

/** A compiled graph: steps, the memory they work in, and what enters and leaves. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Ranges of steps that are repeated. */
  readonly loops: readonly LoopRange[];
  readonly storages: readonly Storage[];
  readonly inputs: ReadonlyMap<string, Port>;
  readonly outputs: ReadonlyMap<string, Port>;
  readonly states: ReadonlyMap<string, Port>;
  /** Place of every value that is ever in memory, by tensorKey. */
  readonly places: ReadonlyMap<string, Place>;
  /** Symbol -> bound. */
  readonly symbols: ReadonlyMap<string, number>;
}

/** Bytes of a value with every symbol at its bound; at least one element, as bindings need. */
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

/** A line a step: what it computes, from where, to where. For people and for tests. */
export function printPlan(plan: Plan): string {
  const where = (tensor: Tensor) => {
    const place = plan.places.get(tensorKey(tensor));
    if (place === undefined) return '?';
    const turned = place.doubleBuffer === undefined ? '' : `/@${place.doubleBuffer.other.id}`;
    const offset = place.elementOffset > 0 ? `+${place.elementOffset}` : '';
    const moved = (place.strides ?? []).map(printStride).join('');
    return `@${place.storage.id}${turned}${offset}${moved}`;
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
