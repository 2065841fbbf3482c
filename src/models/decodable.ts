/** A model of one's own for decoders: what such a model need not say. */
import { structurePasses } from '../compiler/compile';
import { checkOptions } from '../core/errors';
import { dimAt, type TensorType } from '../core/shape';
import type { Tensors } from '../graph/graph';
import type { Tensor } from '../graph/op';
import type { Scope } from '../nn/parameters';
import { fill } from '../ops/fill/op';
import { reshape } from '../ops/view/op';
import type { Decodable, DecodeStep } from './model';

/** What a decodable model says, and may leave out. */
export interface OwnDecodable
  extends Pick<Decodable, 'maxLength'>,
    Partial<
      Pick<Decodable, 'kind' | 'attends' | 'memoryTypes' | 'encode' | 'firstToken' | 'decoderState'>
    > {
  /** Number of ids of the target, and of the source where it says no other. */
  readonly vocabulary: number;
  readonly sourceVocabulary?: number;
  /** One more token: see `Decodable`. */
  step(scope: Scope, step: DecodeStep): OwnStepResult;
}

/** What a decoder of one's own leaves at one step. */
export interface OwnStepResult {
  /** [B, vocabulary], or [B, 1, vocabulary]. */
  readonly logits: Tensor;
  /** Next values of the decoder's state; none by default. */
  readonly state?: Tensors;
  /** Attention over the source [B, S], where the model attends. */
  readonly weights?: Tensor;
}

/**
 * A model for decoders from a step that gives the logits of the next token. By default the source has
 * the target's vocabulary and is not read, the decoder carries nothing from token to token, what it
 * carries starts from zeros, and the first step reads bos.
 * @throws OptionError for an unknown option
 */
export function decodable(own: OwnDecodable): Decodable {
  checkOptions('decodable', own, NAMES);
  const { vocabulary, sourceVocabulary = vocabulary, step, ...others } = own;
  const { decoderState = () => ({}) } = own;
  const encode = (_scope: unknown, source: Tensor): Tensors =>
    zerosOf(decoderState(dimAt(source, 0)));
  return {
    kind: 'own',
    attends: false,
    passes: structurePasses,
    memoryTypes: () => ({}),
    encode,
    decoderState,
    ...others,
    step: (scope, call) => {
      const { logits, state = {}, weights } = step(scope, call);
      return { logits: reshape(logits, [dimAt(call.token, 0), vocabulary]), state, weights };
    },
    sourceVocabulary,
    targetVocabulary: vocabulary,
  };
}

function zerosOf(types: Readonly<Record<string, TensorType>>): Tensors {
  return Object.fromEntries(
    Object.entries(types).map(([name, { dtype, shape }]) => [name, fill(shape, 0, dtype)]),
  );
}

const NAMES = Object.keys({
  kind: true,
  vocabulary: true,
  sourceVocabulary: true,
  attends: true,
  maxLength: true,
  memoryTypes: true,
  encode: true,
  firstToken: true,
  decoderState: true,
  step: true,
} satisfies Record<keyof OwnDecodable, true>);
