/** A group in the making. */
import type { Node } from '../graph/op';

export interface Draft {
  host: Node | undefined;
  chain: Node[];
}

export function members({ host, chain }: Draft): readonly Node[] {
  return host === undefined ? chain : [host, ...chain];
}
