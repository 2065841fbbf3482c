/** Custom models for decoders, with defaults for what they leave out. */
import { structurePasses } from '../compiler/compile';
import { checkOptions } from '../core/errors';
import { dimAt, type TensorType } from '../core/shape';
import type { Tensors } from '../graph/graph';
import type { Tensor } from '../graph/op';
import type { Scope } from '../nn/parameters';
import { fill } from '../ops/fill/op';
import { reshape } from '../ops/view/op';
import type { Decodable, DecodeStep } from './model';

/** The definition of a custom model for `decodable`. */
export interface OwnDecodable
  extends Pick<Decodable, 'maxLength'>,
    Partial<
      Pick<
        Decodable,
        | 'kind'
        | 'attends'
        | 'memoryTypes'
        | 'encode'
        | 'firstToken'
        | 'firstPosition'
        | 'decoderState'
      >
    > {
  /** Size of the target vocabulary. */
  readonly vocabulary: number;
  /** Size of the source vocabulary (default: that of the target). */
  readonly sourceVocabulary?: number;
  /** Predicts the next token; see `Decodable`. */
  step(scope: Scope, step: DecodeStep): OwnStepResult;
}

/** Results of one decoding step of a custom model. */
export interface OwnStepResult {
  /** [B, vocabulary], or [B, 1, vocabulary]. */
  readonly logits: Tensor;
  /** Next values of the decoder's state (default: no state). */
  readonly state?: Tensors | undefined;
  /** Attention weights over the source [B, S], if they are needed and the model has attention. */
  readonly attention?: Tensor | undefined;
}

/**
 * Makes a model for decoders from a function that computes the logits of the next token. By default
 * the source has the target's vocabulary and is not encoded, the decoder has no state, its state is
 * initialised with zeros, and the first step reads bos at position 0.
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
      const { logits, state = {}, attention } = step(scope, call);
      return { logits: reshape(logits, [dimAt(call.token, 0), vocabulary]), state, attention };
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
  firstPosition: true,
  decoderState: true,
  step: true,
} satisfies Record<keyof OwnDecodable, true>);
