/** Attention of a trained model, head by head. */
import type { Device } from 'qkv';
import type { Pattern } from 'qkv/inspect';
import type { Pair } from 'qkv/text';
import { capture, itemOf, rowsOf } from './capture';
import type { Report } from './experiment';
import type { TrainedModel } from './trained';

/** Attention of one head over a sentence [T][S]; rows and columns past its end do not count. */
export type Weights = readonly (readonly number[])[];

/** For each sentence the weights of each head, by name. */
export type Attention = readonly Readonly<Record<string, Weights>>[];

/** @param pattern of weights [B, T, S] or, of several heads, [B, heads, T, S] */
export async function attentionOf(
  device: Device,
  trained: TrainedModel,
  pairs: readonly Pair[],
  pattern: Pattern,
  report: Report,
): Promise<Attention> {
  const captured = await capture(device, trained, pairs, pattern, report);
  return captured.map((sentence) => {
    const heads = [...sentence].flatMap(([name, tensor]): [string, Weights][] => {
      if (tensor.shape.length === 2) return [['attention', rowsOf(tensor)]];
      const layer = Number(/layers\.(\d+)\./.exec(name)?.[1]) + 1;
      return Array.from({ length: tensor.shape[0] ?? 0 }, (_, head) => [
        `layer ${layer}, head ${head + 1}`,
        rowsOf(itemOf(tensor, head)),
      ]);
    });
    return Object.fromEntries(heads);
  });
}

/** The column of the largest weight among the first `columns`. */
export function strongest(row: readonly number[], columns: number): number {
  const seen = row.slice(0, columns);
  return seen.indexOf(Math.max(...seen));
}
