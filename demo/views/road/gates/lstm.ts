/** What an LSTM computed for a sentence, in the order in which it reads. No DOM. */
import type { Translation } from 'qkv';

/** [step][unit] */
export type Rows = readonly (readonly number[])[];

/** The values of a layer, as the papers name them. */
export const PARTS = ['f', 'i', 'o', 'g', 'c', 'h'] as const;
export type Part = (typeof PARTS)[number];
export type Layer = Readonly<Record<Part, Rows>>;

/** The library's names of the values. */
const NAMES: Readonly<Record<Part, string>> = {
  f: 'forget_gate',
  i: 'input_gate',
  o: 'output_gate',
  g: 'candidate',
  c: 'cell',
  h: 'hidden',
};

/** An LSTM of a shipped model. */
export interface Place {
  readonly name: 'seq2seq' | 'forward' | 'backward';
  readonly model: string;
  /** The end of the names of its values. */
  readonly suffix: string;
  /** Whether it reads from the end of the sentence. */
  readonly isReverse: boolean;
}

export const PLACES: readonly Place[] = [
  { name: 'seq2seq', model: 'toy-seq2seq', suffix: '_l0', isReverse: true },
  { name: 'forward', model: 'toy-bahdanau', suffix: '_l0', isReverse: false },
  { name: 'backward', model: 'toy-bahdanau', suffix: '_l0_reverse', isReverse: true },
];

/** The library's name of a value. */
export const nameOf = (part: Part, { suffix }: Place) => `encoder.${NAMES[part]}${suffix}`;

/** The values of an LSTM, by step from the first word that it reads. */
export function layerOf(translation: Translation, place: Place): Layer | undefined {
  const rows = (part: Part): Rows => {
    const value = translation.inspected?.values[nameOf(part, place)];
    if (value === undefined) return [];
    const [steps = 0, units = 0] = value.shape;
    const all = Array.from({ length: steps }, (_, t) =>
      Array.from(value.data.slice(t * units, (t + 1) * units)),
    );
    return place.isReverse ? all.toReversed() : all;
  };
  const layer = Object.fromEntries(PARTS.map((part) => [part, rows(part)])) as Record<Part, Rows>;
  return PARTS.every((part) => layer[part].length > 0) ? layer : undefined;
}

/** The values of a unit, by step. */
export const unitOf = (rows: Rows, unit: number) => rows.map((row) => row[unit] ?? 0);

/** Units from the one whose forget gate is most open, on the mean of all steps. */
export function byForgetGate(f: Rows): readonly number[] {
  const sums = (f[0] ?? []).map((_, unit) => unitOf(f, unit).reduce((sum, x) => sum + x, 0));
  return sums.map((_, unit) => unit).toSorted((a, b) => (sums[b] ?? 0) - (sums[a] ?? 0));
}

/**
 * What is left at the end of what the cell holds after each step: the product of all later forget
 * gates, which is also the derivative of the last cell by that one as long as gates stay as they are.
 */
export function keptToTheEnd(f: readonly number[]): readonly number[] {
  let kept = 1;
  return f
    .toReversed()
    .map((gate) => {
      const now = kept;
      kept *= gate;
      return now;
    })
    .toReversed();
}

/** How far c and h differ at most from those that follow from the gates and the cell before. */
export function largestDifference({ f, i, o, g, c, h }: Layer): number {
  let most = 0;
  c.forEach((row, t) => {
    row.forEach((cell, unit) => {
      const at = (rows: Rows, step = t) => rows[step]?.[unit] ?? 0;
      const expected = at(f) * at(c, t - 1) + at(i) * at(g);
      const hidden = at(o) * Math.tanh(expected);
      most = Math.max(most, Math.abs(expected - cell), Math.abs(hidden - at(h)));
    });
  });
  return most;
}
