/** The vector of a word on its way through the encoder, and how alike two of them are, in float64. */
import type { Translation } from 'qkv';

export type Vector = readonly number[];

/** Where the vector is read. */
export const STAGES = ['word', 'position', 'layer1', 'layer2'] as const;

/** Names of what is read. */
export const INSPECTED: readonly string[] = ['src_embed.*', 'transformer.encoder.layers.*.output'];

const OUTPUTS = [0, 1].map((layer) => `transformer.encoder.layers.${layer}.output`);

/** The row of a value [steps, size]. */
function rowOf(translation: Translation, name: string, row: number): Vector {
  const { shape = [], data = [] } = translation.inspected?.values[name] ?? {};
  const size = shape.at(-1) ?? 0;
  return Array.from(data.slice(row * size, (row + 1) * size));
}

/** The vectors of a word at all stages. @param place its index in the sentence */
export function vectorsOf(translation: Translation, place: number): readonly Vector[] {
  const placed = rowOf(translation, 'src_embed.output', place);
  const position = rowOf(translation, 'src_embed.positions', place);
  // What was looked up is what remains without the position.
  const word = placed.map((x, i) => x - (position[i] ?? 0));
  return [word, placed, ...OUTPUTS.map((name) => rowOf(translation, name, place))];
}

/** Indices of the target words that were written from this source word more than from others. */
export function writtenFrom({ alignment }: Translation, place: number): readonly number[] {
  return alignment.flatMap((row, t) => (row.indexOf(Math.max(...row)) === place ? [t] : []));
}
