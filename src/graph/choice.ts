/**
 * Choosing between kernels that do the same work. A lowering offers named candidates for a class of
 * shapes. The one measured fastest on the adapter is taken, or else the first that passed the self-check.
 * Candidate sets and choices are plain data, from which tuning and the self-check learn what to try.
 */
import { type Dim, dimBound } from '../core/dim';
import { DeviceError } from '../core/errors';
import type { Target } from './target';
import type { Tuning } from './tuning';

/** Kernels that do the same work, one of which is to be chosen. */
export interface CandidateSet<T> {
  /** What the candidates are variants of: 'matmul', 'attention keys'. */
  readonly family: string;
  /** Layout and `sizeClass` of the work: all that the best candidate may depend on. */
  readonly shape: string;
  /** Those that the target can run, by name; the first is the default where nothing was measured. */
  readonly candidates: ReadonlyMap<string, T>;
}

/** Which candidate of a set was chosen. */
export interface Choice {
  readonly family: string;
  /** Family and shape: the key of a measured choice. */
  readonly shapeClass: string;
  /** Candidates that may be taken here. */
  readonly candidates: readonly string[];
  readonly chosen: string;
}

/** The set of a lowering that has a single kernel for its target, where no others were handed in. */
export function singleCandidate<T>(family: string, value: T): CandidateSet<T> {
  return { family, shape: '', candidates: new Map([['default', value]]) };
}

/** The name of a candidate in every class of its family, under which the self-check keeps its verdict. */
export function variantName(family: string, candidate: string): string {
  return `${family}: ${candidate}`;
}

/**
 * The candidate measured fastest for the set's class; without one, or where it cannot run, the first.
 * @throws DeviceError when the self-check rejected all candidates
 */
export function choose<T>(
  { family, shape, candidates }: CandidateSet<T>,
  target: Target,
): { readonly value: T; readonly choice: Choice } {
  // Quick-start choices have their own key: they have fewer candidates.
  const shapeClass = `${family} ${shape}${target.startup === 'quick' ? ' quick' : ''}`;
  const fit = [...candidates].filter(
    ([name]) => target.rejected?.has(variantName(family, name)) !== true,
  );
  const tuned = target.choices?.get(shapeClass);
  const found = fit.find(([name]) => name === tuned) ?? fit[0];
  if (found === undefined) {
    const names = [...candidates.keys()].join(', ');
    throw new DeviceError(
      `${family}: no kernel is right on this adapter: ${names} failed the self-check; update the ` +
        'driver or browser, run the self-check again, and report what it prints',
    );
  }
  const [chosen, value] = found;
  return { value, choice: { family, shapeClass, candidates: fit.map(([name]) => name), chosen } };
}

/** The target with the measured choices, and without the candidates that failed. */
export function tunedTarget(target: Target, { choices, verdicts }: Tuning): Target {
  const failed = Object.entries(verdicts).filter(([, { failure }]) => failure !== undefined);
  return {
    ...target,
    choices: new Map(Object.entries(choices).map(([name, { candidate }]) => [name, candidate])),
    rejected: new Set(failed.map(([name]) => name)),
  };
}

/** 'm512 n64': sizes at their bounds, rounded up to powers of two. */
export function sizeClass(sizes: Readonly<Record<string, Dim>>): string {
  return Object.entries(sizes)
    .map(([name, size]) => `${name}${powerOfTwo(dimBound(size))}`)
    .join(' ');
}

/** The smallest power of two that is at least n; 0 for 0. */
export function powerOfTwo(n: number): number {
  return n < 1 ? 0 : 2 ** Math.ceil(Math.log2(n));
}

declare module './target' {
  interface Kernels {
    /** Chooses by what tuning measured and the self-check rejected on an adapter. */
    readonly choose?: typeof choose;
    /** Makes that known to `choose`. */
    readonly tuned?: typeof tunedTarget;
  }
}
