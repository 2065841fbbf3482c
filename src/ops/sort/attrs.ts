/** The attributes of this folder's ops, which op and reference share. */
import type { Dim } from '../../core/dim';

export type SortAttrs = {
  readonly axis: number;
  /** Whether the order is descending. */
  readonly descending: boolean;
  /** Number of elements that are kept of each line. */
  readonly kept: Dim;
};

export type SortGradAttrs = {
  readonly axis: number;
  /** Size of the sorted axis. */
  readonly size: Dim;
};
