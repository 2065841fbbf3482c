/** The attributes of this folder's ops, which op and reference share. */
import type { Dim } from '../../core/dim';

export type SortAttrs = {
  readonly axis: number;
  /** Whether the largest comes first. */
  readonly descending: boolean;
  /** How many of each line are kept. */
  readonly kept: Dim;
};

export type SortGradAttrs = {
  readonly axis: number;
  /** Of the axis that was sorted. */
  readonly size: Dim;
};
