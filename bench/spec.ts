/** What is measured: models and batches. Plain data, known to every contestant. */

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
  /** Logits of a batch. */
  | { readonly kind: 'transformer-forward'; readonly spec: ModelSpec }
  /** Forward, backward and Adam on a batch. */
  | { readonly kind: 'transformer-training'; readonly spec: ModelSpec }
  /** All states of a layer, from an input that is uploaded. */
  | { readonly kind: 'lstm-forward'; readonly spec: LayerSpec }
  /** The same, then the gradients of its sum's weights and input. */
  | { readonly kind: 'lstm-gradient'; readonly spec: LayerSpec }
  /** Forward, backward and Adam on a batch. */
  | { readonly kind: 'seq2seq-training'; readonly spec: SequenceSpec };

export type Workload = Task & {
  readonly name: string;
  /** Largest difference that counts as the same result, relative to the largest value. */
  readonly tolerance: number;
  /** Timed runs of each contestant. */
  readonly samples: number;
};

const TRANSLATOR = {
  modelSize: 256,
  heads: 4,
  feedForward: 1024,
  layers: 3,
  vocabulary: 4096,
  length: 32,
} as const;

const LEARNER = {
  modelSize: 128,
  heads: 4,
  feedForward: 512,
  layers: 2,
  vocabulary: 1000,
  batch: 32,
  length: 16,
} as const;

const LAYER = { batch: 16, length: 64, inputSize: 256, hiddenSize: 256 } as const;

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'transformer-forward-b1',
    kind: 'transformer-forward',
    spec: { ...TRANSLATOR, batch: 1 },
    tolerance: 1e-3,
    samples: 15,
  },
  {
    name: 'transformer-forward-b16',
    kind: 'transformer-forward',
    spec: { ...TRANSLATOR, batch: 16 },
    tolerance: 1e-3,
    samples: 9,
  },
  {
    name: 'transformer-training-step',
    kind: 'transformer-training',
    spec: LEARNER,
    tolerance: 1e-3,
    samples: 9,
  },
  { name: 'lstm-forward', kind: 'lstm-forward', spec: LAYER, tolerance: 1e-3, samples: 9 },
  { name: 'lstm-gradient', kind: 'lstm-gradient', spec: LAYER, tolerance: 1e-3, samples: 9 },
  {
    name: 'seq2seq-training-step',
    kind: 'seq2seq-training',
    spec: { batch: 32, length: 16, vocabulary: 1000, embeddingSize: 128, hiddenSize: 256 },
    tolerance: 1e-3,
    samples: 5,
  },
];

export const ADAM = { rate: 1e-3, beta1: 0.9, beta2: 0.98, epsilon: 1e-9 } as const;

/** Layer norm's. */
export const EPSILON = 1e-5;
