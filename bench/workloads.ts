/** The workloads, from single kernels to whole models. */
import type { MatmulSpec, ModelSpec, Workload } from './spec';

const TRANSLATOR = {
  modelSize: 256,
  heads: 4,
  feedForward: 1024,
  layers: 3,
  vocabulary: 4096,
  length: 32,
} as const;

/** The representative transformer, where only one is needed. */
export const MODEL: ModelSpec = { ...TRANSLATOR, batch: 1 };

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

/** Unit roundoff of float32. */
const ROUNDING = 2 ** -24;

/** A product, whose tolerance bounds the rounding error of sums of k products. */
function matmul(name: string, spec: MatmulSpec, samples: number): Workload {
  return { name, kind: 'matmul', spec, tolerance: spec.k * ROUNDING, samples };
}

function attention(length: number) {
  // Scores are sums of 64 products, whose rounding the exponential hands on; outputs of `length`.
  const tolerance = (64 + length) * ROUNDING;
  return {
    name: `attention-${length}`,
    kind: 'attention',
    spec: { batch: 1, heads: 8, length, size: 64 },
    tolerance,
    samples: 15,
  } as const;
}

const ROWS = { rows: 512, columns: 512 } as const;

export const WORKLOADS: readonly Workload[] = [
  matmul('matmul-256', { batch: 1, m: 256, k: 256, n: 256 }, 25),
  matmul('matmul-512', { batch: 1, m: 512, k: 512, n: 512 }, 15),
  { ...matmul('matmul-1024', { batch: 1, m: 1024, k: 1024, n: 1024 }, 15), large: true },
  matmul('matmul-batched', { batch: 8, m: 128, k: 64, n: 128 }, 25),
  matmul('matmul-row', { batch: 1, m: 1, k: 512, n: 2048 }, 25),
  // Sums of 512 terms; exp and rsqrt may be off by a few units in the last place (WGSL, 15.7.4).
  { name: 'softmax', kind: 'softmax', spec: ROWS, tolerance: 512 * ROUNDING, samples: 25 },
  { name: 'layer-norm', kind: 'layer-norm', spec: ROWS, tolerance: 512 * ROUNDING, samples: 25 },
  attention(128),
  { ...attention(1024), large: true },
  // Rounding grows over the 64 steps, each of which sums 512 products.
  { name: 'lstm-forward', kind: 'lstm-forward', spec: LAYER, tolerance: 1e-3, samples: 9 },
  { name: 'lstm-gradient', kind: 'lstm-gradient', spec: LAYER, tolerance: 1e-3, samples: 9 },
  {
    name: 'transformer-forward-b1',
    kind: 'transformer-forward',
    spec: MODEL,
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
    name: 'greedy-decode',
    kind: 'greedy',
    spec: MODEL,
    // Ids: the same or not.
    tolerance: 0,
    samples: 9,
    per: { unit: 'token', count: TRANSLATOR.length },
  },
  {
    name: 'beam-decode',
    kind: 'beam',
    spec: { ...MODEL, width: 4 },
    tolerance: 0,
    samples: 9,
    per: { unit: 'token', count: TRANSLATOR.length },
  },
  {
    name: 'transformer-training-step',
    kind: 'transformer-training',
    spec: LEARNER,
    tolerance: 1e-3,
    samples: 9,
  },
  {
    name: 'seq2seq-training-step',
    kind: 'seq2seq-training',
    spec: { batch: 32, length: 16, vocabulary: 1000, embeddingSize: 128, hiddenSize: 256 },
    tolerance: 1e-3,
    samples: 5,
  },
];
