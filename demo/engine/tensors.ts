/** Values of a look inside a model as plain rows of numbers. */
import type { HostTensor } from 'qkv/graph';

export type Rows = readonly (readonly number[])[];

/** The rows of a value [..., columns]; none of a value that is not there. */
export function rowsOf(value: HostTensor | undefined): Rows {
  if (value === undefined) return [];
  const columns = value.shape.at(-1) ?? 1;
  return Array.from({ length: value.data.length / columns }, (_, row) =>
    Array.from(value.data.subarray(row * columns, (row + 1) * columns)),
  );
}

/** The rows of each head of a value [heads, rows, columns]. */
export function headsOf(value: HostTensor | undefined): readonly Rows[] {
  const [heads = 0, rows = 0, columns = 0] = value?.shape ?? [];
  if (value === undefined) return [];
  const each = rows * columns;
  return Array.from({ length: heads }, (_, head) =>
    rowsOf({ shape: [rows, columns], data: value.data.subarray(head * each, (head + 1) * each) }),
  );
}
