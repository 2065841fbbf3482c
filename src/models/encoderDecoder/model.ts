/**
 * Published encoder-decoders on the network of the transformer: their positions, norms and
 * activations. Parameters: the transformer's, src_embed.norm.* and tgt_embed.norm.*, and tables of
 * learned positions, src_embed.positions.weight and tgt_embed.positions.weight.
 */
import { dimAt } from '../../core/shape';
import { constantTensor } from '../../graph/source';
import { feedForward } from '../../nn/feedForward';
import { layerNorm } from '../../nn/norms';
import { add } from '../../ops/binary/op';
import { countTo } from '../../ops/countTo';
import { reshape } from '../../ops/view/op';
import { ACTIVATION_FUNCTIONS } from '../activations';
import type { TranslationModel } from '../model';
import { encoderDecoder } from '../transformer/model';
import { addSinusoids, type NetworkParts, type PlaceTokens } from '../transformer/network';
import { type EncoderDecoderConfig, FIRST_LEARNED, parseEncoderDecoder } from './config';

/**
 * Makes a published encoder-decoder.
 * @param kind names it  @param json its configuration, which is checked
 * @throws FormatError for a damaged configuration; OptionError for one that cannot work
 */
export function encoderDecoderModel(kind: string, json: unknown): TranslationModel {
  const config = parseEncoderDecoder(kind, json);
  const { activation, scaled, finalNorm, logitsBias } = config;
  const parts: NetworkParts = {
    scaled,
    place: placeOf(config),
    network: (scope, x, options) =>
      feedForward(scope, x, options, ACTIVATION_FUNCTIONS[activation]),
    finalNorm,
    logitsBias,
  };
  // The feed-forward network has its own activation.
  return { ...encoderDecoder({ ...config, activation: 'relu', parts }), kind, config };
}

/** Positions and norm of embedded tokens. */
function placeOf(own: EncoderDecoderConfig): PlaceTokens {
  const { modelSize, epsilon, learnedPositions, embeddingNorm } = own;
  const place = learnedPositions > 0 ? learned(own) : addSinusoids;
  if (!embeddingNorm) return place;
  const normalise = layerNorm(modelSize, { epsilon });
  return (scope, config, vectors, position) =>
    normalise(scope.child('norm'), place(scope, config, vectors, position));
}

/** Learned positions (Gehring et al. 2017), whose table has two unused rows first. */
function learned({ modelSize, learnedPositions }: EncoderDecoderConfig): PlaceTokens {
  const start = { kind: 'normal', deviation: 0.02 } as const;
  return (scope, _config, vectors, position) => {
    const size = [learnedPositions, modelSize];
    const table = scope.child('positions').weight('weight', size, start);
    const from =
      position === undefined
        ? countTo(dimAt(vectors, 1))
        : reshape(position, [dimAt(position, 0), 1]);
    const first = constantTensor({ shape: [1], data: Float64Array.of(FIRST_LEARNED) }, 'i32');
    return add(vectors, scope.note('positions', table.rows(add(from, first))));
  };
}
