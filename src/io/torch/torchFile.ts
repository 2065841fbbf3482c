/** Reads the tensors that torch.save writes: pytorch_model.bin and its like. */
import { FormatError } from '../../core/errors';
import { STORED_DTYPES, type StoredTensor } from '../storedTensor';
import { type TensorView, unpickleTensors } from './unpickle';
import { readZip } from './zip';

/** First bytes of files of torch before 1.6, which are no archives. */
const OLD = [0x80, 0x02, 0x8a, 0x0a];

/**
 * Reads a file of tensors by their names, such as the `state_dict` of a model. Only what rebuilds
 * tensors is understood, and no code of the file is run. Contiguous tensors are views of `bytes`.
 * @param bytes an archive as torch.save has written since 1.6
 * @param where names the file in errors
 * @throws FormatError for a damaged file, or one that holds more than tensors, naming it
 */
export function parseTorch(
  bytes: Uint8Array,
  where = 'pytorch_model.bin',
): ReadonlyMap<string, StoredTensor> {
  if (OLD.every((byte, i) => bytes[i] === byte)) {
    throw new FormatError(
      `${where}: this is a file of torch before 1.6; load it there and save it again, as safetensors`,
    );
  }
  const entries = readZip(bytes, where);
  const name = [...entries.keys()].find((path) => /^[^/]+\/data\.pkl$/u.test(path));
  const pickle = name === undefined ? undefined : entries.get(name);
  if (name === undefined || pickle === undefined) {
    throw new FormatError(`${where}: expected data.pkl in the archive; is it one of torch.save?`);
  }
  const folder = name.slice(0, -'data.pkl'.length);
  const order = new TextDecoder().decode(entries.get(`${folder}byteorder`));
  if (order !== '' && order !== 'little') {
    throw new FormatError(`${where}: expected little-endian numbers, found '${order}'`);
  }
  return new Map(
    [...unpickleTensors(pickle, where)].map(([tensor, view]) => {
      const elements = entries.get(`${folder}data/${view.storage.key}`);
      return [tensor, stored(view, elements, `${where}, ${tensor}`)] as const;
    }),
  );
}

/** A tensor's elements in row-major order. */
function stored(
  { storage, offset, shape, strides }: TensorView,
  elements: Uint8Array | undefined,
  where: string,
): StoredTensor {
  const { dtype, count } = storage;
  const size = STORED_DTYPES[dtype];
  if (elements?.length !== count * size) {
    throw new FormatError(
      `${where}: expected ${count} elements of ${size} bytes, found ${elements?.length ?? 0} bytes`,
    );
  }
  const total = shape.reduce((product, n) => product * n, 1);
  const last = shape.reduce((sum, n, axis) => sum + (n - 1) * (strides[axis] ?? 0), offset);
  // Elements that stand at several places would need more memory than the file.
  if (total > count || (total > 0 && last >= count)) {
    throw new FormatError(
      `${where}: [${shape}] with strides [${strides}] from ${offset} is more than ${count} elements`,
    );
  }
  if (total === 0) return { dtype, shape, bytes: new Uint8Array() };
  if (isContiguous(shape, strides)) {
    const at = elements.byteOffset + offset * size;
    return { dtype, shape, bytes: new Uint8Array(elements.buffer, at, total * size) };
  }
  const bytes = new Uint8Array(total * size);
  const index = shape.map(() => 0);
  for (let i = 0; i < total; i++) {
    const from = index.reduce((sum, n, axis) => sum + n * (strides[axis] ?? 0), offset) * size;
    bytes.set(elements.subarray(from, from + size), i * size);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (shape[axis] ?? 0)) break;
      index[axis] = 0;
    }
  }
  return { dtype, shape, bytes };
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis] ?? 1;
  }
  return true;
}
