/**
 * What stores keep of an adapter's tuning: reading it from its text, and merging it with newer results. tune.ts
 * and src/selfcheck produce it.
 */
import { FormatError } from '../core/errors';
import type { MeasuredChoice, Tuning, Verdict } from '../graph/tuning';

export type { MeasuredChoice, Tuning, Verdict } from '../graph/tuning';

/** The tuning of an adapter about which nothing is known. */
export const NO_TUNING: Tuning = { choices: {}, verdicts: {} };

/** A store for tunings, by adapter. */
export interface TuningStore {
  /** The tuning of an adapter; undefined when there is none. */
  load(adapterKey: string): Promise<Tuning | undefined>;
  save(adapterKey: string, tuning: Tuning): Promise<void>;
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
