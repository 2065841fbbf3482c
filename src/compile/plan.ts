/**
 * The plan: what the compiler makes of a graph. Plain data: steps in order, and where each value
 * lies. It knows no device; executors lower its steps to dispatches or interpret them.
 */
import { type Dim, dimBound } from '../core/dim';
import type { NdArray } from '../core/ndArray';
import { type DType, ELEMENT_BYTES, formatType, numberOfElements, type Shape } from '../core/shape';
import { tensorKey } from '../graph/node';
import type { Tensor } from '../graph/op';
import type { Group } from './fuse';

/** A piece of device memory that values are placed in. */
export interface Storage {
  readonly id: number;
  readonly use:
    | { readonly kind: 'input'; readonly name: string }
    | { readonly kind: 'state'; readonly name: string }
    | { readonly kind: 'constant'; readonly data: NdArray; readonly dtype: DType }
    | { readonly kind: 'arena' }
    | { readonly kind: 'temporary' };
  /** Size with every symbol at its bound. */
  readonly byteLength: number;
}

/** Where a value lies. */
export interface Place {
  readonly storage: Storage;
  readonly elementOffset: number;
}

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

export interface Plan {
  readonly steps: readonly Step[];
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
    return `@${place.storage.id}${place.elementOffset > 0 ? `+${place.elementOffset}` : ''}`;
  };
  const lines = plan.storages.map(({ id, use, byteLength }) => {
    const name = 'name' in use ? ` ${use.name}` : '';
    return `@${id} ${use.kind}${name} ${byteLength} bytes`;
  });
  plan.steps.forEach(({ group }, i) => {
    const results = group.outputs.map((t) => `${where(t)} ${formatType(t)}`).join(', ');
    lines.push(`${i}: ${results} = ${groupName(group)}(${group.inputs.map(where).join(', ')})`);
  });
  return lines.join('\n');
}

/** The ops of a group, joined: 'matmul+add+relu'. */
export function groupName({ host, chain }: Group): string {
  return [...(host === undefined ? [] : [host]), ...chain].map((node) => node.op.name).join('+');
}

/** A size known when the plan is made, or undefined. */
export function staticSize(d: Dim): number | undefined {
  return typeof d === 'number' ? d : undefined;
}
