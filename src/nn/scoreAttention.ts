/**
 * Attention of a single query over a memory: additive (Bahdanau), dot product and general (Luong).
 */
import type { Tensor } from '../graph/op';
import { checkColumns, checkLayer, layer } from './layer';
import type { Scope } from './scope';
import {
  type Attended,
  attend,
  projectKeys,
  type SequenceAttentionOptions,
} from './sequenceAttention';

/** Inputs of attention besides query and memory. */
export interface ScoreInputs {
  /** i32 [B]: number of valid vectors in each row of the memory (default: all). */
  readonly lengths?: Tensor | undefined;
  /** The result of `keys`, to reuse for several queries over one memory (default: computed). */
  readonly keys?: Tensor | undefined;
}

/** A layer of additive or dot attention. */
export interface ScoreAttention {
  /**
   * @param query [B, querySize]
   * @param memory [B, S, keySize]
   * @returns the context [B, keySize]
   */
  (scope: Scope, query: Tensor, memory: Tensor, inputs?: ScoreInputs): Tensor;
  /** Also returns the attention weights [B, S]. */
  withWeights(scope: Scope, query: Tensor, memory: Tensor, inputs?: ScoreInputs): Attended;
  /** Projects the memory to keys, once for each memory. */
  keys(scope: Scope, memory: Tensor): Tensor;
}

function scoreAttention(where: string, options: SequenceAttentionOptions): ScoreAttention {
  const { querySize, keySize } = options;
  const keys = (scope: Scope, memory: Tensor): Tensor => {
    checkColumns(`${where}: memory`, memory, keySize, ['B', 'S']);
    return projectKeys(scope, memory, options);
  };
  const run = (scope: Scope, query: Tensor, memory: Tensor, inputs: ScoreInputs = {}): Attended => {
    checkColumns(`${where}: query`, query, querySize, ['B']);
    const values = inputs.keys === undefined ? scope.note('v', memory) : memory;
    const projected = inputs.keys ?? keys(scope, values);
    return attend(scope, query, projected, values, inputs.lengths, options);
  };
  const context = layer(
    (scope, query: Tensor, memory: Tensor, inputs: ScoreInputs = {}) =>
      run(scope, query, memory, inputs).context,
  );
  return Object.assign(context, { withWeights: layer(run), keys: layer(keys) });
}

/**
 * Additive attention (Bahdanau et al. 2015, appendix A.1.2) with scores v . tanh(W query + U key).
 * Parameters: query_layer.weight [size, querySize], key_layer.weight [size, keySize],
 * energy_layer.weight [1, size].
 * @param size of the space in which queries and keys are added
 * @param options bias: whether key_layer has a bias (default false)
 * @throws OptionError; the layer throws ShapeError or DTypeError for inputs that do not fit
 */
export function additiveAttention(
  querySize: number,
  keySize: number,
  size: number,
  options: { readonly bias?: boolean } = {},
): ScoreAttention {
  checkLayer('additiveAttention', { querySize, keySize, size }, options, ['bias']);
  const keyBias = options.bias ?? false;
  return scoreAttention('additiveAttention', {
    score: 'additive',
    querySize,
    keySize,
    size,
    keyBias,
  });
}

/**
 * Dot-product attention (Luong et al. 2015, section 3.1) with scores query . key and no parameters;
 * if `keySize` is given, their 'general' score query . W key. Parameter: key_layer.weight [size,
 * keySize].
 * @param size of the queries
 * @throws OptionError; the layer throws ShapeError or DTypeError for inputs that do not fit
 */
export function dotAttention(size: number, keySize?: number): ScoreAttention {
  checkLayer('dotAttention', { size, ...(keySize === undefined ? {} : { keySize }) }, {}, []);
  const score = keySize === undefined ? 'dot' : 'general';
  return scoreAttention('dotAttention', { score, querySize: size, keySize: keySize ?? size, size });
}
