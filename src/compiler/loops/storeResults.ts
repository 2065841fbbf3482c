/**
 * The results of a loop's body and where they are stored. Takes the buffered carries, the accesses
 * to rows of outputs, and replacements of placeholders; returns the tensors that an iteration must
 * compute, and placements.
 */
import { defined } from '../../core/errors';
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

/** A value of the body and how it is stored where it belongs. */
interface Destination {
  readonly value: Tensor;
  /** Whether the value can be computed right there, not only written there by a kernel. */
  readonly inPlace: boolean;
  readonly store: (value: Tensor) => Stored;
}

export function storeResults(
  carries: readonly BufferedCarry[],
  rows: readonly RowAccess[],
  replacements: Replacements,
): BodyResults {
  const destinations = withReplacements(
    [...carries.map(bufferOf), ...rows.map(rowOf)],
    replacements,
  );
  const inPlace = destinations.filter((destination) => destination.inPlace);
  const stored = destinations.map((destination) => {
    const { value, store } = destination;
    const first = inPlace.find((other) => tensorKey(other.value) === tensorKey(value));
    // A value is computed in one place; for others it is copied.
    const isComputedThere = first === destination && hasOwnStorage(value);
    return store(destination.inPlace && !isComputedThere ? copy(value) : value);
  });
  return {
    results: stored.map(({ result }) => result),
    placements: stored.flatMap(({ placements }) => placements),
  };
}

function bufferOf({ next, target }: BufferedCarry): Destination {
  return {
    value: next,
    inPlace: true,
    store: (value) => ({ result: value, placements: [{ tensor: value, reference: target }] }),
  };
}

function rowOf(access: RowAccess): Destination {
  return {
    value: access.value,
    inPlace: access.index === undefined,
    store: (value) => storeRow(access, value),
  };
}

/** Simplifies the values of destinations, and computes them from the replacements. */
function withReplacements(
  destinations: readonly Destination[],
  replacements: Replacements,
): readonly Destination[] {
  const simple = simplifyTensors(destinations.map(({ value }) => value));
  const values = simple.map(rebuild(simple, replacements));
  return destinations.map((each, i) => ({ ...each, value: defined(values[i], 'value') }));
}

/** Whether a value is computed into storage that can be chosen freely. */
function hasOwnStorage({ node, index }: Tensor): boolean {
  const { lowering } = node.op;
  if (lowering.kind === 'elementwise') return node.inputs.length > 0;
  return lowering.kind === 'kernel' && lowering.inPlace?.(node.attrs).has(index) !== true;
}
