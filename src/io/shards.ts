/**
 * Models whose tensors are in several files, called shards, with an index that says which tensor is
 * in which. The index is untrusted: shards can only be files of the folder that the index is in.
 */
import { FormatError } from '../core/errors';
import { type OpenedFile, readFile } from './openedFile';
import { quoted } from './strictJson';
import { type FileFormat, readSafetensors, type TensorFile, type TensorFiles } from './tensorFiles';

/** Reads one of the files. @param names of the tensors in all of them */
export type ReadShard = (
  file: OpenedFile,
  onBytes: (received: number) => void,
  names: ReadonlySet<string>,
) => AsyncIterable<TensorFile>;

/** Tensors in several safetensors files, listed in model.safetensors.index.json. */
export const shards: FileFormat = shardFormat('model.safetensors.index.json', readSafetensors);

/**
 * A format of several files.
 * @param file name of the index  @param isWhole whether a file is read to its end before its tensors
 */
export function shardFormat(file: string, read: ReadShard, isWhole = false): FileFormat {
  return {
    file,
    async open(first, openSibling): Promise<TensorFiles> {
      const { where } = first;
      const index = parseIndex(where, await readFile(first, () => undefined));
      const { byteLength, shardOf } = index;
      const names = new Set(shardOf.keys());
      return {
        byteLength,
        isWhole,
        async *read(onBytes) {
          let before = 0;
          // The index may be wrong about the total, and does not count the headers.
          const report = (sum: number) => onBytes(Math.min(sum, byteLength ?? sum));
          for (const shard of [...new Set(shardOf.values())].sort()) {
            let received = 0;
            const opened = await openSibling(shard);
            const tensors = read(
              opened,
              (bytes) => {
                received = bytes;
                report(before + received);
              },
              names,
            );
            for await (const found of tensors) {
              checkShard(where, shard, found, shardOf);
              yield found;
            }
            before += received;
          }
          onBytes(byteLength ?? before);
        },
      };
    },
  };
}

interface ShardIndex {
  /** Bytes of all tensors; undefined if the index does not have it. */
  readonly byteLength: number | undefined;
  /** The file of each tensor, by the tensor's name. */
  readonly shardOf: ReadonlyMap<string, string>;
}

function parseIndex(where: string, bytes: Uint8Array): ShardIndex {
  const json = parseJson(where, bytes);
  const [map, metadata] = [fieldOf(json, 'weight_map'), fieldOf(json, 'metadata')];
  const total = fieldOf(metadata, 'total_size');
  if (typeof map !== 'object' || map === null || Array.isArray(map)) {
    throw new FormatError(`${where}: expected an object with weight_map; download it again`);
  }
  const shardOf = new Map<string, string>();
  for (const [name, shard] of Object.entries(map)) {
    if (typeof shard === 'string' && /^\w[\w.-]{0,254}$/.test(shard)) shardOf.set(name, shard);
    else {
      throw new FormatError(
        `${where}: tensor ${quoted(name)} must be in a file of the same folder, found ` +
          `${quoted(String(shard))}; do not use this model`,
      );
    }
  }
  if (shardOf.size === 0) throw new FormatError(`${where}: weight_map names no tensors`);
  const isSize = typeof total === 'number' && Number.isSafeInteger(total) && total > 0;
  return { byteLength: isSize ? total : undefined, shardOf };
}

function parseJson(where: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new FormatError(`${where}: expected JSON, found something else; download it again`, {
      cause,
    });
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Checks that a file has the tensors that the index names, and no others. */
function checkShard(
  index: string,
  shard: string,
  { where, tensors }: TensorFile,
  shardOf: ReadonlyMap<string, string>,
): void {
  const found = new Set(tensors.map(({ name }) => name));
  const missing = [...shardOf].find(([name, file]) => file === shard && !found.has(name));
  const extra = tensors.find(({ name }) => shardOf.get(name) !== shard);
  const name = missing?.[0] ?? extra?.name;
  if (name === undefined) return;
  const fault = missing === undefined ? 'has' : 'lacks';
  throw new FormatError(
    `${where}: the file ${fault} tensor ${quoted(name)}, against what ${index} says; the files are of ` +
      'different versions: download them again',
  );
}
