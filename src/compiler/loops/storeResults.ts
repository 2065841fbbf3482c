/**
 * The body's results and where they are stored. In: the buffered carries, how rows of outputs are written, and what
 * replaces placeholders. Out: the tensors that an iteration must compute, and placements.
 */
import { tensorKey } from '../../graph/node';
import type { Tensor } from '../../graph/op';
import { type Replacements, rebuild } from '../../graph/rebuild';
import { copy } from '../../ops/copy/op';
import { simplifyTensors } from '../schedule/simplify';
import type { BufferedCarry } from './carryBuffers';
import type { Placement } from './placement';
import type { RowAccess } from './rowAccesses';
import { type Stored, storeRow } from './storeRow';

export interface BodyResults {
  readonly results: readonly Tensor[];
  readonly placements: readonly Placement[];
}

/** A value of the body and how it is stored. */
interface Store {
  readonly value: Tensor;
  /** Whether the value is computed right where it is stored, not written there by a kernel. */
  readonly inPlace: boolean;
  readonly store: (value: Tensor) => Stored;
}

export function storeResults(
  carries: readonly BufferedCarry[],
  rows: readonly RowAccess[],
  replacements: Replacements,
): BodyResults {
  const stores = finalValues([...carries.map(carryStore), ...rows.map(rowStore)], replacements);
  const inPlace = stores.filter((store) => store.inPlace);
  const stored = stores.map((store) => {
    const { value } = store;
    const first = inPlace.find((other) => tensorKey(other.value) === tensorKey(value));
    // A value has one place: further ones get copies.
    const isComputedThere = first === store && hasOwnStorage(value);
    return store.store(store.inPlace && !isComputedThere ? copy(value) : value);
  });
  return {
    results: stored.map(({ result }) => result),
    placements: stored.flatMap(({ placements }) => placements),
  };
}

function carryStore({ next, target }: BufferedCarry): Store {
  return {
    value: next,
    inPlace: true,
    store: (value) => ({ result: value, placements: [{ tensor: value, reference: target }] }),
  };
}

function rowStore(access: RowAccess): Store {
  return {
    value: access.value,
    inPlace: access.index === undefined,
    store: (value) => storeRow(access, value),
  };
}

/** The stores with their values simplified and computed from the replacements. */
function finalValues(stores: readonly Store[], replacements: Replacements): readonly Store[] {
  const simple = simplifyTensors(stores.map(({ value }) => value));
  const values = simple.map(rebuild(simple, replacements));
  return stores.map((store, i) => ({ ...store, value: values[i] ?? store.value }));
}

/** Whether a value is computed into storage that can be chosen freely. */
function hasOwnStorage({ node, index }: Tensor): boolean {
  const { lowering } = node.op;
  if (lowering.kind === 'elementwise') return node.inputs.length > 0;
  return lowering.kind === 'kernel' && lowering.inPlace?.(node.attrs).has(index) !== true;
}
