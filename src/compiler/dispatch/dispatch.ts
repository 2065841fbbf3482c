/** A dispatch: kernel, specialisation, what is bound, and how large the grid is. */
import type { Dim } from '../../core/dim';
import type { Choice } from '../../graph/choice';
import type { Grid, KernelCall } from '../../graph/op';
import type { Place } from '../plan/plan';

/** One bound range: bytes from the place on. */
export interface BoundPlace extends Place {
  readonly byteLength: number;
}

/** One dispatch of a lowered plan: shader, bindings, parameters and workgroups. */
export interface Dispatch {
  readonly label: string;
  /** Step of the plan that it belongs to. */
  readonly step: number;
  readonly kernel: KernelCall['kernel'];
  readonly spec: KernelCall['spec'];
  readonly bindings: readonly BoundPlace[];
  readonly params: readonly Dim[];
  /** What the step's lowering was asked to choose from, and what was chosen. */
  readonly choices: readonly Choice[];
  grid(size: (d: Dim) => number): Grid;
  /** Number of dispatches (default 1); their index follows the params. */
  dispatchCount?(size: (d: Dim) => number): number;
  /** The grid that was meant, where a folded kernel is dispatched over another; it follows the params. */
  meantGrid?(size: (d: Dim) => number): Grid;
}
