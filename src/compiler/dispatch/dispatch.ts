/** A dispatch: kernel, specialisation, bindings, parameters and grid. */
import type { Dim } from '../../core/dim';
import type { Choice } from '../../graph/choice';
import type { Grid, KernelCall } from '../../graph/op';
import type { Place } from '../plan/plan';

/** A range of a storage to bind, which begins at the place. */
export interface BoundPlace extends Place {
  readonly byteLength: number;
}

/** One dispatch of a lowered plan. */
export interface Dispatch {
  readonly label: string;
  /** Index of its step in the plan. */
  readonly step: number;
  readonly kernel: KernelCall['kernel'];
  readonly spec: KernelCall['spec'];
  readonly bindings: readonly BoundPlace[];
  readonly params: readonly Dim[];
  /** The choices between kernels that the lowering of its step made. */
  readonly choices: readonly Choice[];
  grid(size: (d: Dim) => number): Grid;
  /** Number of dispatches (default 1); their index follows the params. */
  dispatchCount?(size: (d: Dim) => number): number;
  /** The grid before folding, if the dispatch is folded; its sizes follow all other parameters. */
  unfoldedGrid?(size: (d: Dim) => number): Grid;
}
