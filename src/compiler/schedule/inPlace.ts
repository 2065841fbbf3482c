/** Which results of a group's kernel overwrite an input. */
import type { Tensor } from '../../graph/op';
import type { Group } from './group';

/** Pairs of an output and the input that the host's kernel overwrites with it. */
export function inPlacePairs({
  host,
}: Pick<Group, 'host'>): readonly (readonly [Tensor, Tensor])[] {
  if (host === undefined || host.op.lowering.kind !== 'kernel') return [];
  const pairs = host.op.lowering.inPlace?.(host.attrs) ?? new Map<number, number>();
  return [...pairs].flatMap(([to, from]) => {
    const source = host.inputs[from];
    const type = host.types[to];
    return source === undefined || type === undefined
      ? []
      : [[{ node: host, index: to, ...type }, source] as const];
  });
}
