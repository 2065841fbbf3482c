/** What was trained in this browser: a line for each finished run, kept in the browser's storage. */

/** A run that was trained in this browser. */
export interface TrainedRun {
  /** What the visitor, or the page, calls it. */
  readonly name: string;
  /** The kind of its model: 'transformer', 'bahdanau', 'gpt' ... */
  readonly kind: string;
  readonly parameters: number;
  /** Seconds in training steps. */
  readonly seconds: number;
  /** Bytes of its weights as a file. */
  readonly bytes: number;
  readonly adapter: string;
  /** BLEU on held-out sentences, for a translator. */
  readonly bleu?: number;
  /** Perplexity a token on held-out sentences, for a language model. */
  readonly perplexity?: number;
}

const KEY = 'qkv.trained';

/** The runs so far. Storage may be denied or damaged, and the page works without it. */
export function trainedRuns(): readonly TrainedRun[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(found) ? found.filter(isRun) : [];
  } catch {
    return [];
  }
}

/** Adds a finished run; one of the same name is replaced. */
export function keepTrainedRun(run: TrainedRun): void {
  const others = trainedRuns().filter(({ name }) => name !== run.name);
  try {
    localStorage.setItem(KEY, JSON.stringify([...others, run]));
  } catch {}
}

function isRun(value: unknown): value is TrainedRun {
  if (typeof value !== 'object' || value === null) return false;
  const one = value as Readonly<Record<string, unknown>>;
  const numbers = [one.parameters, one.seconds, one.bytes];
  const optional = [one.bleu, one.perplexity].filter((x) => x !== undefined);
  return (
    [one.name, one.kind, one.adapter].every((text) => typeof text === 'string') &&
    [...numbers, ...optional].every((x) => typeof x === 'number' && Number.isFinite(x))
  );
}
