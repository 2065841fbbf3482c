/** How far the scores are, and how to stop or go on. */
import type { Signal } from '@preact/signals';
import type { Measured } from './measure';
import type { HeadWords } from './words';

/** How many sentences are added at a time. */
const MORE = 50;

export interface MeasuringProps {
  readonly own: HeadWords;
  readonly measured: Measured;
  /** How many sentences are asked for. */
  readonly goal: Signal<number>;
  readonly most: number;
}

export function Measuring({ own, measured, goal, most }: MeasuringProps) {
  const done = measured.done.value;
  const isRunning = measured.isRunning.value;
  return (
    <p class="measuring" data-done={done} data-running={isRunning}>
      {isRunning ? (
        <>
          <progress max={goal.value} value={done} aria-label={own.measuring(done)} />
          <span>{own.measuring(done)}</span>
          <button type="button" class="look" data-action="stop" onClick={() => measured.stop()}>
            {own.stop}
          </button>
        </>
      ) : (
        <>
          <span>{own.measured(done)}</span>
          <button
            type="button"
            class="look"
            data-action="more"
            disabled={done >= most}
            onClick={() => {
              goal.value = Math.min(most, done + MORE);
              measured.go(goal.value);
            }}
          >
            {own.more}
          </button>
        </>
      )}
    </p>
  );
}
