/** Truncation of distributions: which tokens sampling may draw. */
import { MASKED } from '../../shaders/softmax/forward.wgsl';
import { OptionError } from '../core/errors';
import { dims } from '../core/shape';
import type { Tensor } from '../graph/op';
import { topK as largest } from '../ops/argmax/topK';
import { add, minimum, mul } from '../ops/binary/op';
import { cumsum } from '../ops/cumsum/op';
import { fill, scale } from '../ops/fill/op';
import { gather } from '../ops/gather/op';
import { slice } from '../ops/movement/op';
import { max, sum } from '../ops/reduce/op';
import { nucleus } from '../ops/sample/op';
import { and, cast, equal, greater, greaterEqual, less, or, where } from '../ops/select/op';
import { logSoftmax, softmax } from '../ops/softmax/op';
import { sort } from '../ops/sort/op';
import { abs, exp } from '../ops/unary/op';
import { reshape } from '../ops/view/op';

/** Which tokens may be drawn: each option leaves fewer, in the order of this list, at least one. */
export interface Truncation {
  /**
   * Draws from the k most probable tokens (Fan et al. 2018; default: all tokens). Tokens as probable
   * as the last of them are among them.
   */
  readonly topK?: number;
  /**
   * Draws from the fewest most probable tokens that sum to this probability, of equal ones the first
   * (Holtzman et al. 2020, section 3.1; default 1: all tokens).
   */
  readonly topP?: number;
  /**
   * Smallest probability relative to that of the most probable token (Nguyen et al. 2024, algorithm 1;
   * default: none).
   */
  readonly minP?: number;
  /**
   * Draws from the tokens whose information is nearest to the entropy, and that sum to this probability
   * (Meister et al. 2023, eq. 5; default 1: all tokens).
   */
  readonly typicalP?: number;
  /** Smallest probability (Hewitt et al. 2022, eq. 9; default: none). */
  readonly epsilonCutoff?: number;
  /**
   * Smallest probability, or where it is less, its root times exp(-entropy) (Hewitt et al. 2022, eq. 8;
   * default: none).
   */
  readonly etaCutoff?: number;
}

const RANGES = {
  topK: ['a whole number of at least 1', (k: number) => Number.isInteger(k) && k >= 1],
  topP: ['above 0 and at most 1', (p: number) => p > 0 && p <= 1],
  minP: ['from 0 to 1', (p: number) => p >= 0 && p <= 1],
  typicalP: ['above 0 and at most 1', (p: number) => p > 0 && p <= 1],
  epsilonCutoff: ['from 0 to less than 1', (p: number) => p >= 0 && p < 1],
  etaCutoff: ['from 0 to less than 1', (p: number) => p >= 0 && p < 1],
} as const satisfies Readonly<
  Record<keyof Truncation, readonly [string, (value: number) => boolean]>
>;

/** Names of the options. */
export const TRUNCATIONS: readonly string[] = Object.keys(RANGES);

/** @throws OptionError for a value outside its range */
export function checkTruncation(where: string, options: Truncation): void {
  const given: Readonly<Record<string, unknown>> = { ...options };
  for (const [name, [expected, fits]] of Object.entries(RANGES)) {
    const value = given[name];
    if (value === undefined || (typeof value === 'number' && fits(value))) continue;
    throw new OptionError(`${where}: ${name} must be ${expected}, found ${String(value)}`);
  }
}

/**
 * Logits in which tokens that may not be drawn are far below all others.
 * @param logits [rows, V], divided by the temperature  @throws OptionError
 */
export function truncated(logits: Tensor, options: Truncation): Tensor {
  checkTruncation('truncated', options);
  const { topK, topP = 1, minP = 0, typicalP = 1, epsilonCutoff = 0, etaCutoff = 0 } = options;
  const steps: readonly ((x: Tensor) => Tensor)[] = [
    ...(topK === undefined ? [] : [(x: Tensor) => mask(x, belowTop(x, topK))]),
    ...(topP === 1 ? [] : [(x: Tensor) => mask(x, outsideNucleus(x, topP))]),
    ...(minP === 0 ? [] : [(x: Tensor) => mask(x, belowShare(x, minP))]),
    ...(typicalP === 1 ? [] : [(x: Tensor) => mask(x, untypical(x, typicalP))]),
    ...(epsilonCutoff === 0
      ? []
      : [
          (x: Tensor) =>
            mask(
              x,
              below(x, () => epsilonCutoff),
            ),
        ]),
    ...(etaCutoff === 0 ? [] : [(x: Tensor) => mask(x, below(x, etaOf(etaCutoff)))]),
  ];
  return steps.reduce((x, step) => step(x), logits);
}

const mask = (logits: Tensor, isMasked: Tensor | undefined): Tensor =>
  isMasked === undefined ? logits : where(isMasked, fill(logits.shape, MASKED), logits);

/** All but the k largest logits of each row. */
function belowTop(logits: Tensor, k: number): Tensor | undefined {
  const [rows, size] = dims(logits, 2, 'logits');
  if (typeof size === 'number' && k >= size) return undefined;
  const { values } = largest(logits, { k });
  return less(logits, slice(values, { starts: [0, k - 1], ends: [rows, k] }));
}

/** The tokens outside the nucleus, of which only the first of equally probable last ones are. */
function outsideNucleus(logits: Tensor, mass: number): Tensor {
  const [rows] = dims(logits, 2, 'logits');
  const p = softmax(logits);
  // Smaller numbers may be 0 on a device.
  const least = reshape(nucleus(p, Math.max(mass, 2 ** -126)), [rows, 1]);
  const zeros = fill(p.shape, 0);
  const more = sum(where(greater(p, least), p, zeros), { axis: 1 });
  const isLast = equal(p, least);
  const earlier = cumsum(where(isLast, p, zeros), { axis: 1, exclusive: true });
  const isFull = greaterEqual(add(earlier, reshape(more, [rows, 1])), fill(p.shape, mass));
  return or(less(p, least), and(isLast, isFull));
}

/** The tokens less probable than a share of the most probable one. */
function belowShare(logits: Tensor, share: number): Tensor {
  const [rows] = dims(logits, 2, 'logits');
  const p = softmax(logits);
  return less(p, scale(reshape(max(p, { axis: 1 }), [rows, 1]), share));
}

/** The tokens whose information is further from the entropy than those that sum to the mass. */
function untypical(logits: Tensor, mass: number): Tensor {
  const [rows, size] = dims(logits, 2, 'logits');
  const logs = logSoftmax(logits);
  const distance = abs(add(logs, entropyOf(logs)));
  const nearest = sort(distance);
  const running = cumsum(gather(exp(logs), nearest.indices, { axis: 1 }), { axis: 1 });
  const isShort = less(running, fill(running.shape, mass));
  const count = reshape(sum(cast(isShort, 'f32'), { axis: 1 }), [rows, 1]);
  const last = cast(minimum(count, fill(count.shape, Number(size) - 1)), 'i32');
  return greater(distance, gather(nearest.values, last, { axis: 1 }));
}

/** The tokens that are less probable than a bound, but not the most probable ones. */
function below(logits: Tensor, boundOf: (logs: Tensor) => Tensor | number): Tensor {
  const [rows] = dims(logits, 2, 'logits');
  const bound = boundOf(logSoftmax(logits));
  const p = softmax(logits);
  const isRare = less(p, typeof bound === 'number' ? fill(p.shape, bound) : bound);
  return and(isRare, less(logits, reshape(max(logits, { axis: 1 }), [rows, 1])));
}

/** The bound of eta sampling, from log-probabilities [rows, V]. @returns [rows, 1] */
function etaOf(epsilon: number): (logs: Tensor) => Tensor {
  return (logs) => {
    const relative = scale(exp(scale(entropyOf(logs), -1)), Math.sqrt(epsilon));
    return minimum(relative, fill(relative.shape, epsilon));
  };
}

/** Entropy of each row, from log-probabilities [rows, V]. @returns [rows, 1] */
function entropyOf(logs: Tensor): Tensor {
  const [rows] = dims(logs, 2, 'log-probabilities');
  return scale(reshape(sum(mul(exp(logs), logs), { axis: 1 }), [rows, 1]), -1);
}
