/** A number to be set, with its value beside it. */
export interface SliderProps {
  readonly label: string;
  /** A signal, or what reads and writes some. */
  readonly value: { value: number };
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The value as text. */
  readonly format: (value: number) => string;
  /** Whether it cannot be moved at present. */
  readonly isOff?: boolean;
}

export function Slider({ label, value, min, max, step, format, isOff = false }: SliderProps) {
  return (
    <label class="slider">
      <span>{label}</span>
      <input
        type="range"
        min={min}
        max={max}
        step={step}
        disabled={isOff}
        value={value.value}
        aria-valuetext={format(value.value)}
        onInput={({ currentTarget }) => {
          value.value = Number(currentTarget.value);
        }}
      />
      <output>{format(value.value)}</output>
    </label>
  );
}
