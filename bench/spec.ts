/** What is measured: the models and batches of the issue. Plain data, known to every contestant. */

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

/** 'forward': logits of a batch. 'training': forward, backward and Adam on a batch. */
export interface Workload {
  readonly name: string;
  readonly kind: 'forward' | 'training';
  readonly model: ModelSpec;
  /** Largest difference that counts as the same result, relative to the largest value. */
  readonly tolerance: number;
  /** Timed runs of each contestant. */
  readonly samples: number;
}

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

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'transformer-forward-b1',
    kind: 'forward',
    model: { ...TRANSLATOR, batch: 1 },
    tolerance: 1e-3,
    samples: 15,
  },
  {
    name: 'transformer-forward-b16',
    kind: 'forward',
    model: { ...TRANSLATOR, batch: 16 },
    tolerance: 1e-3,
    samples: 9,
  },
  {
    name: 'transformer-training-step',
    kind: 'training',
    model: LEARNER,
    tolerance: 1e-3,
    samples: 9,
  },
];

export const ADAM = { rate: 1e-3, beta1: 0.9, beta2: 0.98, epsilon: 1e-9 } as const;

/** Layer norm's. */
export const EPSILON = 1e-5;
