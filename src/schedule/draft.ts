/** A group in the making. */
import type { Node } from '../graph/op';

interface Members {
  readonly host: Node | undefined;
  readonly chain: readonly Node[];
}

export interface Draft {
  host: Node | undefined;
  chain: Node[];
}

/** The nodes of a group, finished or not. */
export function members({ host, chain }: Members): readonly Node[] {
  return host === undefined ? chain : [host, ...chain];
}
