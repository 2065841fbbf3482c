/** Small random models of every kind that decodes, with sources of different length, and decoders of them. */
import { type Device, everything } from 'qkv';
import { Decoder, type Decoding, type Hypothesis } from 'qkv/generate';
import { allRecipes, modelLayout } from 'qkv/models';
import { PARAMETERS, ParameterStore } from 'qkv/nn';
import { defined } from '../../tools/lib/defined';
import { logProbabilities } from './teacherForcing';
import { type SmallModel, smallModel } from './tinyModels';

/** The kinds of the registry that decode, by name. */
export const DECODING_KINDS = allRecipes
  .map(({ name }) => name)
  .filter((name) => smallModel(name) !== undefined);

/** A way of decoding by each strategy. */
export const WAYS = [
  { kind: 'greedy', scores: true },
  { kind: 'sample', count: 3, temperature: 0.9 },
  { kind: 'beam', width: 3, best: 3, lengthPenalty: 0.6 },
] as const satisfies readonly Decoding[];

const WORDS = [[5], [4, 8, 6, 11, 7], [9, 9], [10, 6, 4]];

/** A model, what it is given, and what it says of an answer. */
export interface DecodingSubject {
  readonly small: SmallModel;
  /** Ids as the decoder reads them: with eos at the end, or bos at the beginning. */
  readonly sources: readonly (readonly number[])[];
  /**
   * Log-probabilities in float64 of each token of an answer, over the vocabulary.
   * @param bias by id, added to the logits
   */
  logs(
    source: number,
    answer: readonly number[],
    bias?: ReadonlyMap<number, number>,
  ): readonly (readonly number[])[];
}

/** A subject, whose parameters are larger than at the start of training, so that it says something. */
export function decodingSubject(kind: string): DecodingSubject {
  const scaled = (_: string, data: Float32Array) => data.set(data.map((x) => 2.5 * x));
  const small = defined(smallModel(kind, {}, scaled), kind);
  const { codec, family } = small;
  const isLanguage = family === 'language';
  const sources = WORDS.map((ids) => (isLanguage ? [codec.bos, ...ids] : [...ids, codec.eos]));
  const never = [
    codec.pad,
    codec.bos,
    ...(small.family === 'denoising' ? [small.model.maskId] : []),
  ];
  const known = new Map<string, readonly (readonly number[])[]>();
  const forced = (source: number, answer: readonly number[]) => {
    const ids = sources[source] ?? [];
    const before = isLanguage ? ids : [codec.bos];
    const read = [...before, ...answer.slice(0, -1)];
    const key = `${source}: ${read}`;
    const rows = known.get(key) ?? logProbabilities(small, small.arena, ids, read, never);
    known.set(key, rows);
    return rows.slice(before.length - 1);
  };
  const logs: DecodingSubject['logs'] = (source, answer, bias = new Map()) =>
    forced(source, answer).map((row) => {
      const logits = row.map((log, id) => log + (bias.get(id) ?? 0));
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      return logits.map((logit) => logit - Math.log(total));
    });
  return { small, sources, logs };
}

/** Decodes sources of a subject. */
export interface SubjectDecoder {
  /** @param sources indices of the subject's sources */
  decode(
    sources: readonly number[],
    decoding?: Decoding,
  ): Promise<readonly (readonly Hypothesis[])[]>;
  dispose(): void;
}

export async function subjectDecoder(
  device: Device,
  { small, sources }: DecodingSubject,
  decoding: Decoding,
): Promise<SubjectDecoder> {
  const { model, codec, arena } = small;
  const store = ParameterStore.initial(device, modelLayout(model));
  store.states.write(PARAMETERS, arena);
  const decoder = await Decoder.create(device, model, store.layout, store.states, {
    maxBatch: sources.length,
    ids: codec,
    decoding,
    decodings: everything.decodings,
    startup: 'quick',
    stepsPerSubmit: 8,
  });
  return {
    decode: (indices, other) => {
      const rows = indices.map((i) => sources[i] ?? []);
      const columns = Math.max(...rows.map((row) => row.length));
      const padded = rows.flatMap((row) => [
        ...row,
        ...Array<number>(columns - row.length).fill(codec.pad),
      ]);
      const source = { shape: [rows.length, columns], data: Int32Array.from(padded) };
      const lengths = { shape: [rows.length], data: Int32Array.from(rows, ({ length }) => length) };
      return decoder.decode(source, lengths, { seed: 4, decoding: other });
    },
    dispose: () => {
      decoder.dispose();
      store.dispose();
    },
  };
}
