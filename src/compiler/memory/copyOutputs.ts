/**
 * Outputs that lie in the storage of a state are copied at the end: other programs share the state,
 * and would change the outputs before they are read.
 */
import type { Group } from '../schedule/group';
import { addCopy } from './addCopy';
import type { Resolved } from './copies';
import { isSource, resolveStorage } from './references';

export function copyOutputs({ groups, references, outputs }: Resolved): Resolved {
  const all: Group[] = [...groups];
  const own = Array.from(outputs, ([name, tensor]) => {
    const isShared = isSource(resolveStorage(tensor, references).tensor);
    return [name, isShared ? addCopy(all, tensor) : tensor] as const;
  });
  return { groups: all, references, outputs: new Map(own) };
}
