/** Lists of ids as the padded batches that a decoder takes. */
import { InputError } from '../core/errors';
import type { HostTensor } from '../core/hostTensor';
import type { TargetIds } from './hypotheses';

/** Padded rows of ids, and how many ids of each row count. */
export interface SourceBatch {
  /** i32 [B, S]. */
  readonly source: HostTensor;
  /** i32 [B]. */
  readonly lengths: HostTensor;
}

/** Rows of ids, padded at the right to the length of the longest. */
export function padIds(rows: readonly (readonly number[])[], pad: number): SourceBatch {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const data = new Int32Array(rows.length * columns).fill(pad);
  rows.forEach((row, b) => {
    data.set(row, b * columns);
  });
  return {
    source: { shape: [rows.length, columns], data },
    lengths: { shape: [rows.length], data: Int32Array.from(rows, (row) => row.length) },
  };
}

/**
 * A batch of a language model's prompts for `Decoder.decode`, each prefixed with bos; an empty
 * prompt is bos alone.
 * @param prompts ids without bos and eos
 * @throws InputError for a prompt with a special id: text cannot continue after its end
 */
export function promptBatch(
  prompts: readonly (readonly number[])[],
  { pad, bos, eos }: TargetIds,
): SourceBatch {
  prompts.forEach((prompt, b) => {
    const special = prompt.find((id) => id === pad || id === bos || id === eos);
    if (special === undefined) return;
    throw new InputError(`prompt ${b}: id ${special} is pad, bos or eos; remove it`);
  });
  return padIds(
    prompts.map((prompt) => [bos, ...prompt]),
    pad,
  );
}
