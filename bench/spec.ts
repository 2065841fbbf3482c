/**
 * Specifications of the tasks, as plain data.
 *
 * A timed run is one call as an app would make it: inputs are uploaded, the task is computed, and
 * the result named below is read back completely. Parameters and second operands are on the device
 * beforehand. This is the same for all contestants.
 */

/**
 * Products of a batch of matrices: [batch, m, k] x [batch, k, n], the first of which is uploaded.
 */
export interface MatmulSpec {
  readonly batch: number;
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** A row-wise operation on an uploaded matrix. */
export interface RowsSpec {
  readonly rows: number;
  readonly columns: number;
}

/** Causal attention of uploaded queries, keys and values. */
export interface AttentionSpec {
  readonly batch: number;
  readonly heads: number;
  /** Of queries and of keys. */
  readonly length: number;
  /** Channels of a head. */
  readonly size: number;
}

/** An encoder-decoder transformer with post-norm layers, ReLU and untied embeddings. */
export interface ModelSpec {
  readonly modelSize: number;
  readonly heads: number;
  readonly feedForward: number;
  /** Encoder layers, and as many decoder layers. */
  readonly layers: number;
  /** Of the source and of the target. */
  readonly vocabulary: number;
  readonly batch: number;
  /** Of the source and of the target, in tokens. */
  readonly length: number;
}

/** The same, with a beam width. */
export interface BeamSpec extends ModelSpec {
  readonly width: number;
}

/** One LSTM layer over full sequences. */
export interface LayerSpec {
  readonly batch: number;
  readonly length: number;
  readonly inputSize: number;
  readonly hiddenSize: number;
}

/**
 * A seq2seq model with one LSTM layer for encoder and decoder each, trained with teacher forcing.
 */
export interface SequenceSpec {
  readonly batch: number;
  /** Of the source and of the target, in tokens. */
  readonly length: number;
  readonly vocabulary: number;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
}

/** The tasks that contestants implement, with their results. */
export type Task =
  /** The product [batch, m, n]. */
  | { readonly kind: 'matmul'; readonly spec: MatmulSpec }
  /** Softmax of every row. */
  | { readonly kind: 'softmax'; readonly spec: RowsSpec }
  /** Layer norm of every row, with weight and bias. */
  | { readonly kind: 'layer-norm'; readonly spec: RowsSpec }
  /** The mixed values, [batch, length, heads, size]. */
  | { readonly kind: 'attention'; readonly spec: AttentionSpec }
  /** The sum of all logits of each sentence [batch]; the logits stay on the device. */
  | { readonly kind: 'transformer-forward'; readonly spec: ModelSpec }
  /** Forward, backward and Adam on a batch: the mean cross-entropy before the update. */
  | { readonly kind: 'transformer-training'; readonly spec: ModelSpec }
  /** Encodes, then decodes `length` tokens greedily: their ids. */
  | { readonly kind: 'greedy'; readonly spec: ModelSpec }
  /** The same by beam search: the ids of the best hypothesis. */
  | { readonly kind: 'beam'; readonly spec: BeamSpec }
  /** All hidden states of a layer [batch, length, hidden], from an uploaded input. */
  | { readonly kind: 'lstm-forward'; readonly spec: LayerSpec }
  /**
   * The same, then the gradients of parameters and input: row sums of the gradient of the recurrent
   * weight.
   */
  | { readonly kind: 'lstm-gradient'; readonly spec: LayerSpec }
  /** Forward, backward and Adam on a batch: the mean cross-entropy before the update. */
  | { readonly kind: 'seq2seq-training'; readonly spec: SequenceSpec };

export type Workload = Task & {
  readonly name: string;
  /** Largest allowed difference, relative to the largest value. */
  readonly tolerance: number;
  /** Timed runs of each contestant; fewer for a very slow one. */
  readonly samples: number;
  /** Number of equal parts of a run, for which times are reported (default: the whole run). */
  readonly per?: { readonly unit: string; readonly count: number };
  /** Whether it is skipped on slow adapters, unless it is selected by name. */
  readonly large?: boolean;
};

/** Adapters below this rate, in FLOP/s, skip large workloads. */
export const SLOW_ADAPTER = 200e9;

export const ADAM = { rate: 1e-3, beta1: 0.9, beta2: 0.98, epsilon: 1e-9 } as const;

/** Epsilon of layer norms. */
export const EPSILON = 1e-5;

/** Id of bos, the token before the first generated one. */
export const BEGIN = 1;

/** Options for long use: the bench measures steady state, and reports the first call separately. */
export const LONG_USE = { startup: 'thorough' } as const;
