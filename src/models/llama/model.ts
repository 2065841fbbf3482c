/**
 * Llama (Touvron et al. 2023): a decoder-only transformer with RMS norms before its sublayers,
 * rotary positions, grouped queries and a gated feed-forward network. Parameters: embedding.weight,
 * layers.N.self_attn.* as in groupedAttention.ts, layers.N.{gate,linear1,linear2,norm1,norm2}.weight,
 * norm.weight, and out.weight if it is not tied.
 */
import { gatedFeedForward } from '../../nn/gatedFeedForward';
import { groupedAttention } from '../../nn/groupedAttention';
import { rmsNorm } from '../../nn/norms';
import { scale } from '../../ops/fill/op';
import { geluTanh, silu } from '../../ops/unary/op';
import { type DecoderOnlyParts, decoderOnly } from '../decoderOnly';
import type { LanguageModel } from '../model';
import { tokenTable } from '../stack';
import type { StackConfig } from '../stackConfig';
import { type LlamaConfig, type LlamaOptions, llamaConfig } from './config';
import { scaledRotary } from './rotaryScaling';

/**
 * Makes a Llama, or a Mistral, Qwen 2, Qwen 3 or Gemma by its options, for training and generation.
 * @throws OptionError for options that do not fit together
 */
export function llamaModel(options: LlamaOptions): LanguageModel {
  const config = llamaConfig(options);
  // The gated network is a part and has an activation of its own.
  const shared = { normFirst: true, activation: 'relu', positions: 'rotary' } as const;
  const stack = { ...config, ...shared };
  return decoderOnly('llama', config, stack, partsOf(config, stack));
}

function partsOf(config: LlamaConfig, stack: StackConfig): DecoderOnlyParts {
  const { kvHeads, headSize, epsilon, attentionBias: bias, headNorms, padId } = config;
  const normEpsilon = headNorms ? epsilon : undefined;
  const { embeddingScale, rotaryBase, rotaryScaling } = config;
  return {
    norm: rmsNorm,
    attention: groupedAttention({ kvHeads, headSize, bias, normEpsilon }),
    network: gatedFeedForward(config.activation === 'silu' ? silu : geluTanh),
    rotary: scaledRotary(headSize, rotaryBase, rotaryScaling),
    embed: (scope, ids) => {
      const vectors = tokenTable(scope, stack).rows(ids, padId);
      return embeddingScale === 1 ? vectors : scale(vectors, embeddingScale);
    },
    cacheColumns: 2 * kvHeads * headSize,
  };
}
