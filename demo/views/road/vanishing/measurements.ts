/** The measurements of all cells for the visitor's settings, computed in the worker. */
import { type ReadonlySignal, useSignal, useSignalEffect } from '@preact/signals';
import { codeOf, type Engine } from '../../../engine/engine';
import { CELLS, type Cell, SEED } from './cells';
import type { Measurement } from './service';

/** Time without a change after which the GPU computes. */
const PAUSE_MS = 120;

/** Of one spectral radius. */
export interface Measured {
  readonly radius: number;
  readonly bias: number;
  readonly cells: Readonly<Record<Cell, Measurement>>;
}

/** Measures anew when a setting changes; what is measured stays known while the figure is in view. */
export function useMeasurements(
  engine: Engine,
  radius: ReadonlySignal<number>,
  bias: ReadonlySignal<number>,
): {
  readonly measured: ReadonlySignal<Measured | undefined>;
  readonly failure: ReadonlySignal<string | undefined>;
} {
  const measured = useSignal<Measured | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const known = useSignal(new Map<string, Promise<Measurement>>());
  useSignalEffect(() => {
    const [r, b] = [radius.value, bias.value];
    let isCurrent = true;
    const one = (cell: Cell): Promise<Measurement> => {
      // A plain network has no gates.
      const own = cell === 'tanh' ? 0 : b;
      const key = `${cell} ${own} ${r}`;
      const found =
        known.peek().get(key) ??
        engine.call((services) => services.inputGradients(cell, own, r, SEED));
      known.peek().set(key, found);
      found.catch(() => known.peek().delete(key));
      return found;
    };
    const measure = async () => {
      const cells: Partial<Record<Cell, Measurement>> = {};
      for (const cell of CELLS) {
        cells[cell] = await one(cell);
        if (!isCurrent) return;
      }
      failure.value = undefined;
      measured.value = { radius: r, bias: b, cells: cells as Record<Cell, Measurement> };
    };
    const timer = setTimeout(
      () => {
        measure().catch((error: unknown) => {
          if (!isCurrent || codeOf(error) === 'aborted') return;
          failure.value = error instanceof Error ? error.message : String(error);
        });
      },
      measured.peek() === undefined ? 0 : PAUSE_MS,
    );
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  });
  return { measured, failure };
}
