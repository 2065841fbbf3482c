/** Attention weights of a trained model, for each head. */
import type { Device } from 'qkv';
import type { Pattern } from 'qkv/inspect';
import type { Pair } from 'qkv/text';
import { capture, itemOf, rowsOf } from './capture';
import type { Report } from './experiment';
import type { Weights } from './strongest';
import type { TrainedModel } from './trained';

/** Weights of each head for every sentence, by the head's name. */
export type Attention = readonly Readonly<Record<string, Weights>>[];

/**
 * Computes attention weights.
 * @param pattern of weights [B, T, S], or [B, heads, T, S] for several heads
 */
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
