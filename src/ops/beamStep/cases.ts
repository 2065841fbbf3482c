/** Cases of beam steps: the first step, ended beams, penalties, ties, one beam, hidden tokens. */
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import { BEAM_FIELDS, beamStep, NO_BEAM } from './op';

const values = (...list: readonly number[]) => ({ kind: 'values', values: list }) as const;

type Beam = readonly [score: number, token: number, length: number, rest: number];

interface Step {
  readonly batch: number;
  readonly width: number;
  readonly choices: number;
  /** The live beams and finished hypotheses of each sentence, repeated; others are unused. */
  readonly live?: readonly Beam[];
  readonly finished?: readonly Beam[];
  readonly tokens?: readonly number[];
  readonly values?: CaseInput['fill'];
  readonly best?: number;
  readonly lengthPenalty?: number;
  readonly coverage?: boolean;
}

const UNUSED_BEAM: Beam = [NO_BEAM, 0, 0, 0];

function stepCase(name: string, step: Step): Case {
  const { batch, width, choices, lengthPenalty = 0, coverage = false, best = width } = step;
  const { live = [[0, 1, 0, 9]], finished = [] } = step;
  const f32 = (shape: readonly number[], fill?: CaseInput['fill']): CaseInput => ({
    shape,
    differentiable: false,
    ...(fill === undefined ? {} : { fill }),
  });
  const places = (beams: readonly Beam[]) =>
    Array.from({ length: width }, (_, k) => beams[k] ?? UNUSED_BEAM);
  const fields = [...places(live), ...places(finished)].flatMap(([score, ...others]) => {
    return [score / ((5 + others[1]) / 6) ** lengthPenalty, score, ...others];
  });
  const tokens = step.tokens ?? Array.from({ length: 37 }, (_, i) => 2 + ((i * 7) % 31));
  return {
    name,
    inputs: [
      f32([batch, 2 * width, BEAM_FIELDS.length], values(...fields)),
      f32([batch, width, choices], step.values ?? { kind: 'uniform', low: -9, high: -0.1 }),
      { shape: [batch, width, choices], dtype: 'i32', fill: values(...tokens) },
      ...(coverage ? [f32([batch, width], { kind: 'uniform', low: -2, high: 0 })] : []),
    ],
    build: (beams, logs, chosen, covered) => {
      const options = { lengthPenalty, best, eos: 2, pad: 0 };
      const next = beamStep(beams, logs, chosen, options, covered);
      return [next.beams, next.tokens, next.origins, next.scores];
    },
    tolerance: {
      relative: 0,
      absolute: 64 * EPSILON,
      because: 'sums of magnitude to 30, divided once; others are copies',
    },
  };
}

const LIVE: readonly Beam[] = [
  [-2, 7, 4, 9],
  [-2.5, 3, 4, 9],
  [-3.25, 8, 4, 9],
  [-4, 9, 4, 9],
  [-4.5, 5, 4, 9],
];

export const cases: readonly Case[] = [
  stepCase('the first step', { batch: 2, width: 4, choices: 5 }),
  stepCase('finished hypotheses among them', {
    batch: 3,
    width: 3,
    choices: 4,
    live: LIVE,
    finished: [[-3.5, 2, 3, 1]],
  }),
  stepCase('a hypothesis that ends is kept though others are ahead', {
    batch: 1,
    width: 2,
    choices: 3,
    live: [
      [-0.3, 3, 1, 3],
      [NO_BEAM, 0, 0, 0],
    ],
    finished: [[-1.2, 2, 1, 0]],
    tokens: [4, 5, 2],
    values: values(-0.69, -0.7, -60),
  }),
  stepCase('the end: nothing can beat the finished ones', {
    batch: 2,
    width: 2,
    choices: 3,
    best: 1,
    live: LIVE,
    finished: [[-1.5, 2, 5, 3]],
  }),
  stepCase('the last token that may be added', {
    batch: 2,
    width: 3,
    choices: 4,
    live: LIVE.map(([score, token, length]) => [score, token, length, 1] as const),
    finished: [[-7, 2, 2, 0]],
  }),
  stepCase('beams to which no token may be added any more', {
    batch: 2,
    width: 3,
    choices: 4,
    live: LIVE.map(([score, token, length], i) => [score, token, length, -i] as const),
    finished: [[-7, 2, 2, 0]],
  }),
  stepCase('hidden tokens, and a beam that nothing may follow', {
    batch: 1,
    width: 3,
    choices: 2,
    live: LIVE,
    values: values(-1, NO_BEAM, NO_BEAM, 2 * NO_BEAM, -3, -1),
    tokens: [3, 4, 5, 6, 2, 8],
  }),
  stepCase('a length penalty', {
    batch: 3,
    width: 5,
    choices: 6,
    live: LIVE,
    finished: [
      [-3, 2, 3, 1],
      [-9, 2, 1, 0],
    ],
    lengthPenalty: 0.6,
  }),
  stepCase('length and coverage', {
    batch: 2,
    width: 3,
    choices: 4,
    live: LIVE,
    lengthPenalty: 1,
    coverage: true,
    best: 2,
  }),
  stepCase('one beam', { batch: 9, width: 1, choices: 2, live: LIVE }),
  stepCase('one choice', { batch: 2, width: 2, choices: 1, live: LIVE }),
  stepCase('ties', {
    batch: 1,
    width: 3,
    choices: 3,
    live: LIVE.map(([, ...others]) => [-1, ...others] as const),
    values: values(-2),
    tokens: [5, 2, 6, 7, 2],
  }),
  // A better one moves the equal ones before it.
  stepCase('ties behind a better one', {
    batch: 1,
    width: 4,
    choices: 1,
    live: [-3, -3, -2, -9].map((score, k) => [score, 3 + k, 4, 9] as const),
    values: values(-1),
    tokens: [5, 6, 7, 8, 9],
  }),
  stepCase('finished ties behind a better one', {
    batch: 1,
    width: 4,
    choices: 2,
    live: [-3, -3, -2, -9].map((score, k) => [score, 3 + k, 4, 9] as const),
    values: values(-1),
    tokens: [2],
    finished: [
      [-2.5, 8, 3, 0],
      [-3.5, 7, 3, 1],
      [-3.5, 6, 3, 2],
      [-3.5, 5, 3, 3],
    ],
  }),
  stepCase('many beams', {
    batch: 2,
    width: 32,
    choices: 33,
    live: Array.from({ length: 32 }, (_, k) => [-1 - k / 8, 5, 4, 7] as const),
  }),
];
