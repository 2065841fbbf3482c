/** Cases of beam steps: the first step, ended beams, penalties, ties, one beam. */
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import { beamStep, NO_BEAM } from './op';

const values = (...list: readonly number[]) => ({ kind: 'values', values: list }) as const;

interface Step {
  readonly batch: number;
  readonly width: number;
  readonly choices: number;
  /** Pairs of token and length. */
  readonly ends: readonly number[];
  readonly scores?: CaseInput['fill'];
  readonly values?: CaseInput['fill'];
  readonly lengthPenalty?: number;
  readonly coverage?: boolean;
}

function stepCase(name: string, step: Step): Case {
  const { batch, width, choices, ends, lengthPenalty = 0, coverage = false } = step;
  const f32 = (shape: readonly number[], fill?: CaseInput['fill']): CaseInput => ({
    shape,
    differentiable: false,
    ...(fill === undefined ? {} : { fill }),
  });
  const tokens = values(...Array.from({ length: 37 }, (_, i) => 3 + ((i * 7) % 31)));
  return {
    name,
    inputs: [
      f32([batch, width], step.scores),
      { shape: [batch, width, 2], dtype: 'i32', fill: values(...ends) },
      f32([batch, width, choices], step.values ?? { kind: 'uniform', low: -9, high: -0.1 }),
      { shape: [batch, width, choices], dtype: 'i32', fill: tokens },
      ...(coverage ? [f32([batch, width])] : []),
    ],
    build: (scores, tips, best, chosen, covered) => {
      const options = { lengthPenalty, eos: 2, pad: 0 };
      const next = beamStep({ scores, ends: tips }, best, chosen, options, covered);
      return [next.scores, next.ends, next.origins];
    },
    tolerance: { relative: 2 * EPSILON, because: 'one sum; ranks only order' },
  };
}

export const cases: readonly Case[] = [
  stepCase('the first step', {
    batch: 2,
    width: 4,
    choices: 4,
    ends: [1, 0],
    scores: values(0, NO_BEAM, NO_BEAM, NO_BEAM),
  }),
  stepCase('some ended', { batch: 3, width: 3, choices: 3, ends: [7, 4, 2, 3, 0, 2, 9, 4] }),
  stepCase('all ended', { batch: 2, width: 2, choices: 2, ends: [2, 5, 0, 3] }),
  stepCase('a length penalty', {
    batch: 3,
    width: 5,
    choices: 5,
    ends: [7, 4, 2, 3, 8, 2, 0, 6],
    lengthPenalty: 0.6,
  }),
  stepCase('length and coverage', {
    batch: 2,
    width: 3,
    choices: 4,
    ends: [7, 4, 2, 3, 8, 4],
    lengthPenalty: 1,
    coverage: true,
  }),
  stepCase('one beam', { batch: 9, width: 1, choices: 1, ends: [5, 2] }),
  stepCase('ties', {
    batch: 1,
    width: 3,
    choices: 3,
    ends: [5, 2],
    scores: values(-1),
    values: values(-2),
  }),
  stepCase('many beams', { batch: 2, width: 20, choices: 20, ends: [5, 2, 2, 3, 8, 4] }),
];
