/**
 * Where the parameters of BERT, RoBERTa and DistilBERT are in published files, with those of a head
 * that predicts tokens or of a classifier. The names of the three do not clash, so that one map
 * reads them all.
 */
import type { KeyMap } from '../keyMap';
import { type KeyPlace, tableSources, withoutPrefix } from '../keyTable';

const [LAYER, DISTILLED] = ['encoder.layer.#', 'transformer.layer.#'];

const projection = (name: string, distilled: string) =>
  `${LAYER}.attention.self.${name}|${DISTILLED}.attention.${distilled}`;

const PLACES = new Map<string, KeyPlace>(
  Object.entries({
    embedding: 'embeddings.word_embeddings',
    positions: 'embeddings.position_embeddings',
    types: 'embeddings.token_type_embeddings',
    embedding_norm: 'embeddings.LayerNorm',
    'layers.#.self_attn.out_proj': `${LAYER}.attention.output.dense|${DISTILLED}.attention.out_lin`,
    'layers.#.norm1': `${LAYER}.attention.output.LayerNorm|${DISTILLED}.sa_layer_norm`,
    'layers.#.linear1': `${LAYER}.intermediate.dense|${DISTILLED}.ffn.lin1`,
    'layers.#.linear2': `${LAYER}.output.dense|${DISTILLED}.ffn.lin2`,
    'layers.#.norm2': `${LAYER}.output.LayerNorm|${DISTILLED}.output_layer_norm`,
    'transform.dense': 'cls.predictions.transform.dense|lm_head.dense|vocab_transform',
    'transform.norm': 'cls.predictions.transform.LayerNorm|lm_head.layer_norm|vocab_layer_norm',
    out: 'cls.predictions|cls.predictions.decoder|lm_head|lm_head.decoder|vocab_projector',
    // RoBERTa's files may have a pooler, too, which its classifier does not read.
    pooler: 'pre_classifier|classifier.dense|pooler.dense',
    classifier: 'classifier.out_proj|classifier',
  }).map(([name, of]) => [name, { of: [of] }]),
).set('layers.#.self_attn.in_proj', {
  of: [projection('query', 'q_lin'), projection('key', 'k_lin'), projection('value', 'v_lin')],
});

/** Saved buffers, and the heads that a file may have beside the one that is used. */
const UNUSED = [
  /^embeddings\.(position|token_type)_ids$/u,
  /^(cls|lm_head|pooler|classifier|pre_classifier|qa_outputs|vocab_\w+)\./u,
];

/** The key map. The prefix may be missing, and norms may have the older names gamma and beta. */
export const bertKeys: KeyMap = {
  canonical: (name) =>
    withoutPrefix(name, ['bert.', 'roberta.', 'distilbert.'])
      .replace(/\.gamma$/u, '.weight')
      .replace(/\.beta$/u, '.bias'),
  sources: tableSources(PLACES),
  ignores: (name) => UNUSED.some((pattern) => pattern.test(name)),
};
