/** Goes through the steps of a computation, forwards and back. */
import type { Signal } from '@preact/signals';
import { words } from '../state/settings';

export interface StepperProps {
  /** What happens in each step. */
  readonly steps: readonly string[];
  /** The index of the step in view. */
  readonly step: Signal<number>;
}

export function Stepper({ steps, step }: StepperProps) {
  const own = words.value.stepper;
  return (
    <div class="stepper">
      <button
        type="button"
        disabled={step.value === 0}
        onClick={() => {
          step.value--;
        }}
      >
        ← {own.back}
      </button>
      <p aria-live="polite">
        <strong>
          {own.step} {step.value + 1}/{steps.length}
        </strong>{' '}
        {steps[step.value]}
      </p>
      <button
        type="button"
        disabled={step.value >= steps.length - 1}
        onClick={() => {
          step.value++;
        }}
      >
        {own.next} →
      </button>
    </div>
  );
}
