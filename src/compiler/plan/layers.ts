/** To what part of a model a step belongs, by the names of the values that it reads. */
import { nameOf } from '../../graph/names';
import { tensorKey } from '../../graph/node';
import { memoryReads } from '../schedule/group';
import { type Plan, storageName } from './plan';

/**
 * The layer whose parameters the step reads, as 'encoder.layers.0.linear1'; for a step that reads
 * none, that of the nearest step before it whose result it uses; without any, the input or state
 * that these read, as 'input x'.
 */
export function layerOf(plan: Plan, step: number): string | undefined {
  const producers = new Map(
    plan.steps.flatMap(({ group }, i) => group.outputs.map((t) => [tensorKey(t), i] as const)),
  );
  const seen = new Set<number>();
  let source: string | undefined;
  const visit = (at: number): string | undefined => {
    const group = plan.steps[at]?.group;
    if (group === undefined || seen.has(at)) return undefined;
    seen.add(at);
    const reads = memoryReads(group);
    const name = reads.map(nameOf).find((found) => found !== undefined);
    if (name !== undefined) return name.replace(/\.[^.]*$/, '');
    for (const tensor of reads) {
      const use = plan.places.get(tensorKey(tensor))?.storage.use;
      if (use?.kind === 'input' || use?.kind === 'state') source ??= storageName(use);
      const layer = visit(producers.get(tensorKey(tensor)) ?? -1);
      if (layer !== undefined) return layer;
    }
    return undefined;
  };
  return visit(step) ?? source;
}
