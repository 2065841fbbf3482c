/** Transposes matrices for peers whose layout is [in, out]. */
import type { Weight } from './draw';

/** PyTorch's [out, in] as [in, out]. */
export function transposed({ shape, data }: Weight): Weight {
  const [rows = 1, columns = 1] = shape;
  const values = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      values[column * rows + row] = data[row * columns + column] ?? 0;
    }
  }
  return { shape: [columns, rows], data: values };
}
