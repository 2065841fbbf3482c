/** Tensors of the GPU as rows of numbers. */
import type { Translation } from 'qkv';

type Values = NonNullable<Translation['inspected']>['values'];

/** The rows of a value [..., columns], or its only row; none where it was not looked at. */
export function rowsOf(value: Values[string] | undefined): readonly (readonly number[])[] {
  if (value === undefined) return [];
  const columns = value.shape.at(-1) ?? 1;
  return Array.from({ length: value.data.length / columns }, (_, row) =>
    Array.from(value.data.slice(row * columns, (row + 1) * columns)),
  );
}
