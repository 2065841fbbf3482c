/** Prompts of a language model as what a decoder takes. */
import { InputError } from '../core/errors';
import type { HostTensor } from '../core/hostTensor';
import type { TargetIds } from './strategy';

/**
 * Pads prompts, each after bos, to a batch for `Decoder.decode`. An empty prompt is bos alone.
 * @param prompts ids without bos and eos
 * @returns source i32 [B, S] and lengths i32 [B]
 * @throws InputError for a prompt that holds a special id: nothing comes after an end
 */
export function promptBatch(
  prompts: readonly (readonly number[])[],
  { pad, bos, eos }: TargetIds,
): { readonly source: HostTensor; readonly lengths: HostTensor } {
  prompts.forEach((prompt, b) => {
    const special = prompt.find((id) => id === pad || id === bos || id === eos);
    if (special === undefined) return;
    throw new InputError(`prompt ${b}: id ${special} is pad, bos or eos; leave such ids out`);
  });
  const columns = Math.max(0, ...prompts.map((prompt) => prompt.length)) + 1;
  const data = new Int32Array(prompts.length * columns).fill(pad);
  prompts.forEach((prompt, b) => {
    data.set([bos, ...prompt], b * columns);
  });
  return {
    source: { shape: [prompts.length, columns], data },
    lengths: {
      shape: [prompts.length],
      data: Int32Array.from(prompts, (prompt) => prompt.length + 1),
    },
  };
}
