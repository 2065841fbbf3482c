/**
 * Looks inside a loaded model that decodes: runs it over its answer or a forced one with all
 * positions at once, and gives the values by name.
 */
import { dim, dimsEqual } from '../core/dim';
import { OptionError, throwIfAborted } from '../core/errors';
import type { HostTensor, HostTensors } from '../core/hostTensor';
import { i32, lastDim } from '../core/shape';
import type { Decoding } from '../generate/decoder';
import { HIDDEN } from '../generate/hidden';
import type { Hypothesis } from '../generate/hypotheses';
import type { Tensor } from '../graph/op';
import { constantTensor } from '../graph/source';
import type { Captured } from '../inspect/capture';
import type { Inspectable, ValueNames } from '../inspect/describe';
import type { Pattern } from '../inspect/pattern';
import type { Scope } from '../nn/scope';
import { add, argmax } from '../ops/functions';
import { InspectedModel } from './inspectedModel';
import type { Generated, InspectionContext, LookCall, ModelInspection } from './modelInspection';

const GREEDY: Decoding = { kind: 'greedy' };

/** Ids of the tokens that the decoder predicts [B, T], noted like a value. */
const PREDICTIONS = 'predictions';

/** Looks inside a model that decodes. */
export class DecodingInspection implements ModelInspection {
  readonly #subject: Subject;
  readonly #inside: InspectedModel;

  constructor(context: InspectionContext) {
    this.#subject = subjectOf(context.description);
    this.#inside = new InspectedModel(context, this.#subject.inspectable);
  }

  get plannedBytes(): number {
    return this.#inside.plannedBytes;
  }

  names(): ValueNames {
    return this.#inside.names();
  }

  async look(call: LookCall): Promise<Generated> {
    const { model, ids, decoding, options, onId } = call;
    const { inspect = [], interventions = [], target, signal, seed } = options;
    const forced = target === undefined ? undefined : call.encode(target);
    const isOwn = forced === undefined && interventions.length === 0;
    if (!isOwn && (options.decoding ?? GREEDY).kind !== 'greedy') {
      throw new OptionError(
        'inspect: with a target or interventions the answer is given or greedy; leave decoding out',
      );
    }
    const capture = await this.#inside.capture(options);
    const { longest } = this.#subject;
    capture.check(this.#inputs(call, new Array<number>(longest).fill(0)), interventions);
    const inspected = (seen: Captured, answer: readonly number[]) => {
      const reads = this.#read(call, answer).map((id) => call.codec.token(id));
      return { reads, values: this.#inside.values(seen, inspect) };
    };
    const run: Run = (answer, read) => {
      throwIfAborted(signal, 'inspect');
      return capture.run(this.#inputs(call, this.#read(call, answer)), { interventions, read });
    };
    if (isOwn) {
      const hypotheses = await model.decode(ids, decoding, { signal, seed, onId });
      const answer = hypotheses[0]?.ids ?? [];
      return { hypotheses, inspected: inspected(await run(answer, inspect), answer) };
    }
    const answer =
      forced === undefined
        ? await this.#greedy(call, run, await model.decode(ids, GREEDY, { signal }))
        : { ids: forced, finished: true };
    const alignment = this.#alignment();
    const more = alignment === undefined ? [] : [alignment];
    const seen = await run(answer.ids, ['logits', ...more, ...inspect]);
    if (onId !== undefined) for (const id of answer.ids) onId(id);
    const hypothesis = this.#hypothesis(call, answer, seen, alignment);
    return { hypotheses: [hypothesis], inspected: inspected(seen, answer.ids) };
  }

  /** What the decoder reads before the answer. */
  #prefix({ ids, codec }: LookCall): readonly number[] {
    return this.#subject.hasSource ? [codec.bos] : ids;
  }

  /** All that the decoder reads. */
  #read(call: LookCall, answer: readonly number[]): readonly number[] {
    return [...this.#prefix(call), ...answer].slice(0, this.#subject.longest);
  }

  /** @param read all that the decoder reads */
  #inputs({ ids }: LookCall, read: readonly number[]): HostTensors {
    const row = (list: readonly number[]): HostTensor => ({
      shape: [1, list.length],
      data: Int32Array.from(list),
    });
    const targetInput = row(read);
    if (!this.#subject.hasSource) return { targetInput };
    const sourceLengths = { shape: [1], data: Int32Array.of(ids.length) };
    return { source: row(ids), sourceLengths, targetInput };
  }

  /**
   * The greedy answer of the changed model: a draft is run with all positions at once, and the
   * first token that differs from its prediction, with all after it, is replaced by the predictions
   * (Jacobi decoding; Santilli et al. 2023). Each run settles at least one token.
   * @param first the answer of the model as it is, which is the first draft
   */
  async #greedy(
    call: LookCall,
    run: Run,
    [first]: readonly Hypothesis[],
  ): Promise<Pick<Hypothesis, 'ids' | 'finished'>> {
    const { eos, pad } = call.codec;
    const before = this.#prefix(call).length;
    const most = this.#subject.longest - before + 1;
    const isEnd = (id: number | undefined) => id === eos || id === pad;
    let draft = (first?.ids ?? []).slice(0, most - 1);
    for (;;) {
      const { data = [] } = (await run(draft, PREDICTIONS)).get(PREDICTIONS) ?? {};
      const predicted = [...data].slice(before - 1);
      const differs = draft.findIndex((id, i) => id !== predicted[i]);
      const settled = predicted.slice(0, differs < 0 ? predicted.length : differs + 1);
      const isEnded = isEnd(settled.at(-1));
      if (isEnded || settled.length >= most) {
        const finished = settled.at(-1) === eos;
        return { ids: isEnded ? settled.slice(0, -1) : settled, finished };
      }
      const end = predicted.findIndex((id, i) => i >= settled.length && isEnd(id));
      draft = (end < 0 ? predicted : predicted.slice(0, end)).slice(0, most - 1);
    }
  }

  /** The name of the weights that say what each step attends to in the source: the last such ones. */
  #alignment(): string | undefined {
    const { source, target } = this.#subject;
    const found = [...this.#inside.types].filter(([name, { type }]) => {
      const [steps = 0, keys = 0] = type.shape.slice(-2);
      return name.endsWith('weights') && dimsEqual(steps, target) && dimsEqual(keys, source);
    });
    return found.at(-1)?.[0];
  }

  #hypothesis(
    call: LookCall,
    { ids, finished }: Pick<Hypothesis, 'ids' | 'finished'>,
    seen: Captured,
    alignment: string | undefined,
  ): Hypothesis {
    const first = this.#prefix(call).length - 1;
    const logits = rowsOf(seen.get('logits')).slice(first);
    const said = finished ? [...ids, call.codec.eos] : ids;
    const tokenScores = logits
      .slice(0, said.length)
      .map((row, i) => logProbability(row, said[i] ?? call.codec.eos, this.#subject.never));
    const weights = alignment === undefined ? undefined : seen.get(alignment);
    return {
      ids,
      finished,
      score: tokenScores.reduce((sum, score) => sum + score, 0),
      tokenScores,
      attention: weights && meanOverHeads(weights).slice(0, ids.length),
    };
  }
}

/** Runs the model over an answer and reads values. */
type Run = (answer: readonly number[], read: Pattern | readonly Pattern[]) => Promise<Captured>;

/** A model as an inspector runs it, for one sequence. */
interface Subject {
  readonly inspectable: Inspectable;
  /** Whether there is a source besides what the decoder reads. */
  readonly hasSource: boolean;
  /** Most tokens that the decoder reads. */
  readonly longest: number;
  /** Ids that are never said. */
  readonly never: readonly number[];
  /** The sizes of the source and of what the decoder reads. */
  readonly source: ReturnType<typeof dim>;
  readonly target: ReturnType<typeof dim>;
}

function subjectOf(description: InspectionContext['description']): Subject {
  const longest = description.model.maxLength;
  const [source, target] = [dim('S', longest), dim('T', longest)];
  const targetInput = i32(1, target);
  const codec = description.family === 'translation' ? description.target : description.vocabulary;
  // A mask stands in sources alone.
  const masks = description.family === 'denoising' ? [description.model.maskId] : [];
  const never = [codec.pad, codec.bos, ...masks];
  const sizes = { longest, never, source, target };
  if (description.family === 'language') {
    const { model } = description;
    const inspectable: Inspectable = {
      inputs: { targetInput },
      forward: (scope, inputs) => {
        const logits = model.logits(scope, { targetInput: inputs('targetInput') });
        notePredictions(scope, logits, never);
        return undefined;
      },
    };
    return { ...sizes, inspectable, hasSource: false };
  }
  const { model } = description;
  const inspectable: Inspectable = {
    inputs: { source: i32(1, source), sourceLengths: i32(1), targetInput },
    forward: (scope, inputs) => {
      const logits = model.logits(scope, {
        source: inputs('source'),
        sourceLengths: inputs('sourceLengths'),
        targetInput: inputs('targetInput'),
      });
      notePredictions(scope, logits, never);
      return undefined;
    },
  };
  return { ...sizes, inspectable, hasSource: true };
}

/** Notes logits, and the tokens that greedy decoding chooses by them. */
function notePredictions(scope: Scope, logits: Tensor, never: readonly number[]): void {
  const noted = scope.note('logits', logits);
  const size = Number(lastDim(noted));
  const data = Float64Array.from({ length: size }, (_, id) => (never.includes(id) ? HIDDEN : 0));
  scope.note(PREDICTIONS, argmax(add(noted, constantTensor({ shape: [size], data }))));
}

/** The rows of a tensor [..., columns]. */
function rowsOf(tensor: HostTensor | undefined): readonly (readonly number[])[] {
  if (tensor === undefined) return [];
  const columns = tensor.shape.at(-1) ?? 1;
  const count = tensor.data.length / columns;
  return Array.from({ length: count }, (_, i) => [
    ...tensor.data.subarray(i * columns, (i + 1) * columns),
  ]);
}

/** [1, heads, T, S] or [1, T, S] -> [T][S]. */
function meanOverHeads(weights: HostTensor): readonly (readonly number[])[] {
  const steps = weights.shape.at(-2) ?? 1;
  const rows = rowsOf(weights);
  const heads = rows.length / steps;
  return rows.slice(0, steps).map((first, t) =>
    first.map((_, s) => {
      const sum = Array.from({ length: heads }, (_, h) => rows[h * steps + t]?.[s] ?? 0);
      return sum.reduce((total, weight) => total + weight, 0) / heads;
    }),
  );
}

/** log softmax(logits)[id], without the tokens that are never said. */
function logProbability(all: readonly number[], id: number, never: readonly number[]): number {
  const logits = all.filter((_, i) => !never.includes(i));
  const most = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - most), 0);
  return (all[id] ?? Number.NaN) - most - Math.log(sum);
}
