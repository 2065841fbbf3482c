/**
 * The measurements and checks of an adapter: the fastest candidate of each class of shapes, and the candidates
 * that give right results. Plain data that stores keep; tune.ts and src/selfcheck produce it.
 */
import { FormatError } from '../core/errors';
import type { Target } from '../graph/target';

/** The fastest candidate of a class of shapes. */
export interface MeasuredChoice {
  readonly candidate: string;
  /** Hash of the WGSL that was measured; changed kernels are measured again. */
  readonly wgsl: string;
}

/** The self-check's verdict on a candidate. */
export interface Verdict {
  /** Hash of the WGSL that was checked. */
  readonly wgsl: string;
  /** What is wrong with its results; undefined when they are right. */
  readonly failure?: string;
}

/** What is known about an adapter: the fastest kernels, and those that are wrong. */
export interface Tuning {
  /** By class of shapes. */
  readonly choices: Readonly<Record<string, MeasuredChoice>>;
  /** By `variantName`. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
}

/** The tuning of an adapter about which nothing is known. */
export const NO_TUNING: Tuning = { choices: {}, verdicts: {} };

/** A store for tunings, by adapter. */
export interface TuningStore {
  /** The tuning of an adapter; undefined when there is none. */
  load(adapterKey: string): Promise<Tuning | undefined>;
  save(adapterKey: string, tuning: Tuning): Promise<void>;
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

/** Merges two tunings; the second takes precedence. */
export function mergeTunings(a: Tuning, b: Tuning): Tuning {
  return {
    choices: { ...a.choices, ...b.choices },
    verdicts: { ...a.verdicts, ...b.verdicts },
  };
}

/**
 * Reads a tuning from its JSON text.
 * @throws FormatError when it is something else
 */
export function parseTuning(text: string): Tuning {
  const fail = (what: string, cause?: unknown) =>
    new FormatError(`tuning: ${what}; delete it and run the tuning again`, { cause });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw fail('expected JSON', cause);
  }
  const { choices, verdicts } = fieldsOf(json);
  return {
    choices: record(choices, (value): MeasuredChoice => {
      const { candidate, wgsl } = fieldsOf(value);
      if (typeof candidate === 'string' && typeof wgsl === 'string') return { candidate, wgsl };
      throw fail(`expected a candidate and a hash, found ${JSON.stringify(value)}`);
    }),
    verdicts: record(verdicts, (value): Verdict => {
      const { wgsl, failure } = fieldsOf(value);
      if (typeof wgsl === 'string' && failure === undefined) return { wgsl };
      if (typeof wgsl === 'string' && typeof failure === 'string') return { wgsl, failure };
      throw fail(`expected a verdict, found ${JSON.stringify(value)}`);
    }),
  };

  function record<T>(value: unknown, read: (item: unknown) => T): Record<string, T> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw fail(`expected 'choices' and 'verdicts', found ${JSON.stringify(value)}`);
    }
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, read(item)]));
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
