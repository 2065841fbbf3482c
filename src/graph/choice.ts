/**
 * Choosing between kernels that do the same work. A lowering offers named candidates for a class of
 * shapes; measurements made on the adapter pick one, or else the first that is not condemned. What
 * was asked and answered is plain data, from which tuning and self-check know all there is to try.
 */
import { type Dim, dimBound } from '../core/dim';
import { DeviceError } from '../core/errors';
import type { Target } from './target';

/** Asks which candidate to take. */
export interface Question<T> {
  /** What the candidates are variants of: 'matmul', 'attention keys'. */
  readonly family: string;
  /** Layout and `sizeClass` of the work: all that the best candidate may depend on. */
  readonly shape: string;
  /** Those that the target can run, by name; the first is taken where nothing was measured. */
  readonly candidates: ReadonlyMap<string, T>;
}

/** A question and its answer. */
export interface Choice {
  readonly family: string;
  /** Family and shape: what a measured answer is kept under. */
  readonly shapeClass: string;
  /** Candidates that may be taken here. */
  readonly candidates: readonly string[];
  readonly chosen: string;
}

/** The question of a lowering that has one kernel for its target, where no others were handed in. */
export function defaultQuestion<T>(family: string, value: T): Question<T> {
  return { family, shape: '', candidates: new Map([['default', value]]) };
}

/** The name under which a candidate is condemned, in every class of its family. */
export function variantName(family: string, candidate: string): string {
  return `${family}: ${candidate}`;
}

/**
 * The measured candidate of the question's class; without one, or where it cannot run, the first.
 * @throws DeviceError when the self-check condemned every candidate
 */
export function choose<T>(
  { family, shape, candidates }: Question<T>,
  target: Target,
): { readonly value: T; readonly choice: Choice } {
  // Another question: what compiles quickly is offered then, and measured apart.
  const shapeClass = `${family} ${shape}${target.startup === 'quick' ? ' quick' : ''}`;
  const fit = [...candidates].filter(
    ([name]) => target.condemned?.has(variantName(family, name)) !== true,
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

/** 'm512 n64': sizes at their bounds, rounded up to powers of two. */
export function sizeClass(sizes: Readonly<Record<string, Dim>>): string {
  return Object.entries(sizes)
    .map(([name, size]) => `${name}${powerOfTwo(dimBound(size))}`)
    .join(' ');
}

/** The least power of two that is not below n; 0 for 0. */
export function powerOfTwo(n: number): number {
  return n < 1 ? 0 : 2 ** Math.ceil(Math.log2(n));
}

declare module './target' {
  interface Kernels {
    /** Chooses by what was measured and condemned on an adapter. */
    readonly choose?: typeof choose;
  }
}
