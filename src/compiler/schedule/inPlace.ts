/** Which results of a group's kernel lie where an input lay. */
import type { Tensor } from '../../graph/op';
import type { Group } from './group';

/** Pairs of output and input that a host's kernel treats as one buffer. */
export function inPlacePairs(group: Group): readonly (readonly [Tensor, Tensor])[] {
  const { host } = group;
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
