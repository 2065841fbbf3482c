/**
 * What was measured and checked on an adapter: the best candidate of each class of shapes, and which
 * candidates are right. Plain data that stores keep; see tune.ts and src/selfcheck for its making.
 */
import { FormatError } from '../core/errors';
import type { Target } from '../graph/target';

/** The fastest candidate of a class of shapes. */
export interface MeasuredChoice {
  readonly candidate: string;
  /** Hash of the WGSL that was measured: other kernels are measured anew. */
  readonly wgsl: string;
}

/** What the self-check found of a candidate. */
export interface Verdict {
  /** Hash of the WGSL that was checked. */
  readonly wgsl: string;
  /** What is wrong; undefined when nothing is. */
  readonly failure?: string;
}

/** What is known of an adapter: the fastest kernels, and those that are wrong. */
export interface Tuning {
  /** By class of shapes. */
  readonly choices: Readonly<Record<string, MeasuredChoice>>;
  /** By `variantName`. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
}

/** The tuning of an adapter of which nothing is known. */
export const NO_TUNING: Tuning = { choices: {}, verdicts: {} };

/** Where tunings are kept, by adapter. */
export interface TuningStore {
  /** The tuning of an adapter; undefined when there is none. */
  load(adapterKey: string): Promise<Tuning | undefined>;
  save(adapterKey: string, tuning: Tuning): Promise<void>;
}

/** A target that takes what was measured and leaves what failed. */
export function tunedTarget(target: Target, { choices, verdicts }: Tuning): Target {
  const failed = Object.entries(verdicts).filter(([, { failure }]) => failure !== undefined);
  return {
    ...target,
    choices: new Map(Object.entries(choices).map(([name, { candidate }]) => [name, candidate])),
    rejected: new Set(failed.map(([name]) => name)),
  };
}

/** Both, the second winning where both know. */
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
