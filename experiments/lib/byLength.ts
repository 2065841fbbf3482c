/** Scores of translations by source length. */
import { corpusBleu, exactMatch } from 'qkv/evaluation';
import type { ReferenceGroup } from 'qkv/text';

/** Sources of `from` to `to` tokens. */
export interface LengthBand {
  readonly from: number;
  readonly to: number;
}

/** Narrow bands, for a curve. */
export const FINE_BANDS: readonly LengthBand[] = [
  { from: 3, to: 4 },
  { from: 5, to: 6 },
  { from: 7, to: 8 },
  { from: 9, to: 10 },
  { from: 11, to: 12 },
  { from: 13, to: 14 },
  { from: 15, to: 16 },
  { from: 17, to: 20 },
];

/** Short, medium and long sources. */
export const COARSE_BANDS: readonly LengthBand[] = [
  { from: 1, to: 8 },
  { from: 9, to: 12 },
  { from: 13, to: 20 },
];

export interface BandScore extends LengthBand {
  readonly sentences: number;
  /** BLEU, 0 to 100; null without sentences. */
  readonly bleu: number | null;
  /** Fraction of exact matches, 0 to 1. */
  readonly exactMatch: number | null;
}

export function scoreBands(
  bands: readonly LengthBand[],
  hypotheses: readonly (readonly string[])[],
  groups: readonly ReferenceGroup[],
): readonly BandScore[] {
  return bands.map((band) => {
    const chosen = groups.flatMap(({ source }, i) =>
      source.length >= band.from && source.length <= band.to ? [i] : [],
    );
    const own = chosen.map((i) => hypotheses[i] ?? []);
    const references = chosen.map((i) => groups[i]?.references ?? []);
    const isEmpty = chosen.length === 0;
    return {
      ...band,
      sentences: chosen.length,
      bleu: isEmpty ? null : corpusBleu(own, references).score,
      exactMatch: isEmpty ? null : exactMatch(own, references),
    };
  });
}

export const bandName = ({ from, to }: LengthBand): string =>
  from <= 1 ? `up to ${to}` : `${from} to ${to}`;

/** Points of a curve, one at the middle of each band. */
export function bandCurve(scores: readonly BandScore[]): readonly (readonly [number, number])[] {
  return scores.flatMap(({ from, to, bleu }): [number, number][] =>
    bleu === null ? [] : [[(from + to) / 2, bleu]],
  );
}
