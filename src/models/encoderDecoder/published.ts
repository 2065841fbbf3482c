/** Kinds of published encoder-decoders: what each fixes, and what its config.json says. */

import { activationField } from '../activations';
import type { ModelKind } from '../kind';
import { checkSupported } from '../publishedFields';
import type { TransformerConfig } from '../transformer/config';
import { type EncoderDecoderConfig, FIRST_LEARNED, parseEncoderDecoder } from './config';
import { encoderDecoderKeys } from './keys';
import { encoderDecoderModel } from './model';

/** What a kind fixes of the architecture, whatever a config.json says. */
export interface EncoderDecoderShape
  extends Pick<
    EncoderDecoderConfig,
    'normFirst' | 'finalNorm' | 'embeddingNorm' | 'logitsBias' | 'positions'
  > {
  /** Whether positions are learned vectors rather than sinusoids. */
  readonly learned: boolean;
  /** Name of the kind in model.json. */
  readonly name: string;
  readonly modelTypes: readonly string[];
  readonly startsWithLanguage?: boolean;
  /** The activation where config.json names none. */
  readonly activation: string;
  /** Fields of config.json that older files have, with the only values that are supported. */
  readonly fixed: Readonly<Record<string, string | number | boolean>>;
}

/** PyTorch's default, which these models use. */
const EPSILON = 1e-5;

/** A kind of published encoder-decoder. */
export function encoderDecoderKind(shape: EncoderDecoderShape): ModelKind<'translation'> {
  const { name, modelTypes, fixed, activation, learned, startsWithLanguage, ...architecture } =
    shape;
  return {
    family: 'translation',
    names: [name],
    create: (kind, config) => encoderDecoderModel(kind, config),
    published: {
      modelTypes,
      configuration(config): EncoderDecoderConfig {
        const heads = config.number('encoder_attention_heads');
        const feedForward = config.number('encoder_ffn_dim');
        checkSupported(config, {
          is_decoder: [false],
          decoder_attention_heads: [heads],
          decoder_ffn_dim: [feedForward],
          ...Object.fromEntries(Object.entries(fixed).map(([field, only]) => [field, [only]])),
        });
        const maxLength = config.number('max_position_embeddings');
        const sourceVocabulary = config.number('vocab_size');
        return {
          ...architecture,
          modelSize: config.number('d_model'),
          heads,
          feedForward,
          sourceVocabulary,
          targetVocabulary: config.number('decoder_vocab_size', sourceVocabulary),
          encoderLayers: config.number('encoder_layers'),
          decoderLayers: config.number('decoder_layers'),
          activation: activationField(config, 'activation_function', activation),
          scaled: config.boolean('scale_embedding', false),
          tied: tiedOf(
            config.boolean('share_encoder_decoder_embeddings', true),
            config.boolean('tie_word_embeddings', true),
          ),
          dropout: config.number('dropout', 0),
          epsilon: EPSILON,
          maxLength,
          learnedPositions: learned ? maxLength + FIRST_LEARNED : 0,
          padId: config.number('pad_token_id'),
        };
      },
      ...(startsWithLanguage && { startsWithLanguage }),
      keys: (configuration) => encoderDecoderKeys(parseEncoderDecoder(name, configuration)),
    },
  };
}

function tiedOf(shared: boolean, output: boolean): TransformerConfig['tied'] {
  if (!output) return 'none';
  return shared ? 'all' : 'target';
}
