/**
 * Models whose tensors torch.save wrote, in one file or in shards. Such a file is read to memory as
 * a whole, because its directory is at its end.
 */
import { defined } from '../../core/errors';
import { type OpenedFile, readFile } from '../openedFile';
import type { HeaderEntry } from '../safetensorsHeader';
import { shardFormat } from '../shards';
import type { FileFormat, TensorFile } from '../tensorFiles';
import { parseTorch } from './torchFile';

/** Tensors in pytorch_model.bin. */
export const torchFile: FileFormat = {
  file: 'pytorch_model.bin',
  open: (file) => ({
    byteLength: file.byteLength,
    isWhole: true,
    read: (onBytes) => readTorch(file, onBytes),
  }),
};

/** Tensors in several files of torch.save, listed in pytorch_model.bin.index.json. */
export const torchShards: FileFormat = shardFormat('pytorch_model.bin.index.json', readTorch, true);

async function* readTorch(
  file: OpenedFile,
  onBytes: (received: number) => void,
  names?: ReadonlySet<string>,
): AsyncGenerator<TensorFile> {
  const { where } = file;
  const parsed = [...parseTorch(await readFile(file, onBytes), where)];
  let size = 0;
  const tensors = parsed.map(([name, { dtype, shape, bytes }]): HeaderEntry => {
    const begin = size;
    size += bytes.byteLength;
    return { name, dtype, shape, begin, end: size };
  });
  let [tensor, at] = [0, 0];
  yield {
    where,
    tensors,
    names: names ?? new Set(parsed.map(([name]) => name)),
    async fill(target) {
      for (let filled = 0; filled < target.byteLength; ) {
        const [, { bytes }] = defined(parsed[tensor], 'tensor');
        const part = bytes.subarray(at, at + target.byteLength - filled);
        target.set(part, filled);
        filled += part.byteLength;
        at += part.byteLength;
        if (at === bytes.byteLength) [tensor, at] = [tensor + 1, 0];
      }
    },
  };
}
