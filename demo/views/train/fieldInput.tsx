/** A setting of the form, with its label. */
import { type Field, faultOf, type Value } from './recipe';

export interface FieldInputProps {
  readonly field: Field;
  readonly label: string;
  readonly value: Value;
  /** Text of a choice. */
  readonly textOf: (value: string) => string;
  onValue(value: Value): void;
}

export function FieldInput({ field, label, value, textOf, onValue }: FieldInputProps) {
  const { name, values } = field;
  const isWrong = faultOf(field, value) !== undefined;
  if (values.kind === 'switch') {
    return (
      <label class="field switch">
        <input
          type="checkbox"
          name={name}
          checked={value === true}
          onChange={({ currentTarget }) => onValue(currentTarget.checked)}
        />
        <span>{label}</span>
      </label>
    );
  }
  if (values.kind === 'choice') {
    return (
      <label class="field">
        <span>{label}</span>
        <select
          name={name}
          value={String(value)}
          onChange={({ currentTarget }) => onValue(currentTarget.value)}
        >
          {values.of.map((one) => (
            <option key={one} value={one} selected={one === value}>
              {textOf(one)}
            </option>
          ))}
        </select>
      </label>
    );
  }
  const [least, most] = values.kind === 'count' ? [values.least ?? 1] : [values.least, values.most];
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="number"
        name={name}
        min={least}
        max={most}
        step={values.kind === 'count' ? 1 : 'any'}
        inputMode={values.kind === 'count' ? 'numeric' : 'decimal'}
        value={Number.isNaN(value) ? '' : String(value)}
        aria-invalid={isWrong}
        aria-label={label}
        onInput={({ currentTarget }) => onValue(currentTarget.valueAsNumber)}
      />
    </label>
  );
}
