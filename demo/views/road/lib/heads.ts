/** The transformer's attentions: where they are, one head's rows of what was seen, and its words. */
import type { Translation } from 'qkv';

export type Rows = readonly (readonly number[])[];

export type PlaceKind = 'encoder' | 'decoder' | 'cross';

/** One attention of the model. */
export interface Place {
  readonly kind: PlaceKind;
  /** Counted from 1. */
  readonly layer: number;
  readonly path: string;
}

/** All attentions: figures that look at the same values share a compiled plan. */
export const ATTENTIONS: readonly string[] = ['**.self_attn.*', '**.multihead_attn.*'];

/** Number of heads of each attention. */
export const HEADS = 4;

/** Layers of the encoder, and as many of the decoder. */
export const LAYERS: readonly number[] = [1, 2];

const PATHS = {
  encoder: (layer: number) => `encoder.layers.${layer}.self_attn`,
  decoder: (layer: number) => `decoder.layers.${layer}.self_attn`,
  cross: (layer: number) => `decoder.layers.${layer}.multihead_attn`,
} satisfies Record<PlaceKind, (layer: number) => string>;

/** The attention of a kind in a layer. */
export function placeOf(kind: PlaceKind, layer: number): Place {
  return { kind, layer, path: `transformer.${PATHS[kind](layer - 1)}` };
}

/** What stands for the end of the source, and for the beginning of the answer. */
const END = '■';
const START = '▸';

/** The words that ask in an attention, and those that are asked. */
export function sidesOf(
  { sourceTokens, tokens }: Translation,
  kind: PlaceKind,
): { readonly asking: readonly string[]; readonly answering: readonly string[] } {
  const source = [...sourceTokens, END];
  const target = [START, ...tokens];
  return {
    asking: kind === 'encoder' ? source : target,
    answering: kind === 'decoder' ? target : source,
  };
}

/** The rows of one head of a value [heads, rows, columns]; none if there is no such value. */
export function headOf(translation: Translation, name: string, head: number): Rows {
  const value = translation.inspected?.values[name];
  const [heads = 0, rows = 0, columns = 0] = value?.shape ?? [];
  if (value === undefined || head >= heads) return [];
  const at = (row: number) => (head * rows + row) * columns;
  return Array.from({ length: rows }, (_, row) =>
    Array.from(value.data.slice(at(row), at(row) + columns)),
  );
}
