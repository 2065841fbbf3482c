/** A choice of one from a list. */
import type { Signal } from '@preact/signals';

export interface ChoiceProps<T extends string | number> {
  readonly label: string;
  readonly options: readonly (readonly [value: T, text: string])[];
  readonly chosen: Signal<T>;
  /** Whether the label is for screen readers only. */
  readonly isBare?: boolean;
}

export function Choice<T extends string | number>(props: ChoiceProps<T>) {
  const { label, options, chosen, isBare = false } = props;
  return (
    <label class="choice">
      <span class={isBare ? 'for-readers' : undefined}>{label}</span>
      <select
        value={chosen.value}
        onChange={({ currentTarget }) => {
          const found = options.find(([value]) => String(value) === currentTarget.value);
          if (found !== undefined) chosen.value = found[0];
        }}
      >
        {options.map(([value, text]) => (
          <option key={value} value={value} selected={value === chosen.value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
