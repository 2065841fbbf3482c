/** Tensors on the CPU: the inputs and results of a run. */
import { DTypeError, ShapeError, shown } from './errors';
import type { DType } from './shape';

/** The elements of a tensor on the CPU. */
export type HostData = Float32Array | Int32Array;

/** A tensor on the CPU: its shape, and its elements in row-major order. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: HostData;
}

/** Tensors on the CPU by name. */
export type HostTensors = Readonly<Record<string, HostTensor>>;

/**
 * Checks a tensor's element type, and its number of elements against its shape.
 * @throws DTypeError, ShapeError
 */
export function checkHostTensor(where: string, { shape, data }: HostTensor, dtype: DType): void {
  if (!(data instanceof (dtype === 'f32' ? Float32Array : Int32Array))) {
    throw new DTypeError(`${where} is ${dtype}, found ${shown(data)}`);
  }
  const length = shape.reduce((product, size) => product * size, 1);
  if (data.length !== length) {
    throw new ShapeError(
      `${where}: shape [${shape}] has ${length} elements, the data has ${data.length}`,
    );
  }
}
