/** Reads config.json of BERT, RoBERTa, XLM-RoBERTa and DistilBERT. */
import type { Fields } from '../fields';
import { checkSupported, numberOr } from '../publishedFields';
import type { BertOptions } from './config';

/** The values of model_type. */
export const BERT_TYPES = ['bert', 'roberta', 'xlm-roberta', 'distilbert'] as const;

/** What the published models share. */
const SHARED = { normFirst: false, activation: 'gelu', positions: 'learned' } as const;

/**
 * The options of a published model. The mask is not among its fields: it is one of the tokenizer's.
 * @throws FormatError for a damaged field; OptionError for a value that is not supported
 */
export function bertOptions(fields: Fields): BertOptions {
  const type = fields.oneOf('model_type', BERT_TYPES);
  checkSupported(fields, { tie_word_embeddings: [true] });
  const shared = { ...SHARED, vocabulary: fields.number('vocab_size'), maskId: -1 };
  return { ...shared, embeddingNorm: true, ...sizesOf(fields, type) };
}

function sizesOf(fields: Fields, type: (typeof BERT_TYPES)[number]): Partial<BertOptions> {
  if (type === 'distilbert') {
    checkSupported(fields, { activation: ['gelu'] });
    return {
      modelSize: fields.number('dim'),
      heads: fields.number('n_heads'),
      feedForward: fields.number('hidden_dim'),
      layers: fields.number('n_layers'),
      dropout: numberOr(fields, 'dropout', 0.1),
      epsilon: 1e-12,
      maxLength: numberOr(fields, 'max_position_embeddings', 512),
      padId: numberOr(fields, 'pad_token_id', 0),
      headActivation: 'relu',
    };
  }
  checkSupported(fields, {
    hidden_act: ['gelu'],
    position_embedding_type: ['absolute'],
    is_decoder: [false],
    add_cross_attention: [false],
  });
  const padId = numberOr(fields, 'pad_token_id', type === 'bert' ? 0 : 1);
  // RoBERTa counts positions from the one after that of padding.
  const positionOffset = type === 'bert' ? 0 : padId + 1;
  return {
    modelSize: fields.number('hidden_size'),
    heads: fields.number('num_attention_heads'),
    feedForward: fields.number('intermediate_size'),
    layers: fields.number('num_hidden_layers'),
    dropout: numberOr(fields, 'hidden_dropout_prob', 0.1),
    epsilon: numberOr(fields, 'layer_norm_eps', 1e-12),
    maxLength: numberOr(fields, 'max_position_embeddings', 512) - positionOffset,
    padId,
    types: numberOr(fields, 'type_vocab_size', 2),
    positionOffset,
  };
}
