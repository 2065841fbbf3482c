/**
 * What is measured, as plain data that every contestant knows.
 *
 * A timed run is one call as an app would make it, waited for: what the call takes is uploaded where
 * the contestant's own interface takes numbers, the work is done, and the result named below is read
 * back whole. Weights and second operands lie on the device beforehand. All contestants do the same.
 */

/** Products of a batch of matrices: [batch, m, k] x [batch, k, n], the first of which is uploaded. */
export interface MatmulSpec {
  readonly batch: number;
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** A matrix that is uploaded, worked on row by row. */
export interface RowsSpec {
  readonly rows: number;
  readonly columns: number;
}

/** Queries, keys and values that are uploaded; a query sees no later key. */
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

/** The same, with so many hypotheses side by side. */
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

/** A translator with one LSTM layer to read and one to write, trained by teacher forcing. */
export interface SequenceSpec {
  readonly batch: number;
  /** Of the source and of the target, in tokens. */
  readonly length: number;
  readonly vocabulary: number;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
}

/** What is done, and with what: the names that contestants implement. */
export type Task =
  /** The product [batch, m, n]. */
  | { readonly kind: 'matmul'; readonly spec: MatmulSpec }
  /** Of every row. */
  | { readonly kind: 'softmax'; readonly spec: RowsSpec }
  /** Of every row, with weight and bias. */
  | { readonly kind: 'layer-norm'; readonly spec: RowsSpec }
  /** The mixed values, [batch, length, heads, size]. */
  | { readonly kind: 'attention'; readonly spec: AttentionSpec }
  /** The sum of all logits of each sentence [batch]; the logits stay on the device. */
  | { readonly kind: 'transformer-forward'; readonly spec: ModelSpec }
  /** Forward, backward and Adam on a batch: the mean cross-entropy before the update. */
  | { readonly kind: 'transformer-training'; readonly spec: ModelSpec }
  /** Encodes, then writes `length` tokens one by one, the likeliest each time: their ids. */
  | { readonly kind: 'greedy'; readonly spec: ModelSpec }
  /** The same by beam search: the ids of the best hypothesis. */
  | { readonly kind: 'beam'; readonly spec: BeamSpec }
  /** All states of a layer [batch, length, hidden], from an input that is uploaded. */
  | { readonly kind: 'lstm-forward'; readonly spec: LayerSpec }
  /** The same, then the gradients of weights and input: the sums of the weights' rows. */
  | { readonly kind: 'lstm-gradient'; readonly spec: LayerSpec }
  /** Forward, backward and Adam on a batch: the mean cross-entropy before the update. */
  | { readonly kind: 'seq2seq-training'; readonly spec: SequenceSpec };

export type Workload = Task & {
  readonly name: string;
  /** Largest difference that counts as the same result, relative to the largest value. */
  readonly tolerance: number;
  /** Timed runs of each contestant; a very slow one has fewer. */
  readonly samples: number;
  /** Equal parts of a run that times are given for, one by one; the run itself when undefined. */
  readonly per?: { readonly unit: string; readonly count: number };
  /** Left out on a slow adapter, unless it is asked for by name. */
  readonly large?: boolean;
};

/** Adapters that compute less in a second leave large workloads out, in FLOP/s. */
export const SLOW_ADAPTER = 200e9;

export const ADAM = { rate: 1e-3, beta1: 0.9, beta2: 0.98, epsilon: 1e-9 } as const;

/** Layer norm's. */
export const EPSILON = 1e-5;

/** The token before the first one that is written. */
export const BEGIN = 1;

/** The bench measures long use, and states beside it what the first call takes. */
export const LONG_USE = { startup: 'thorough' } as const;
