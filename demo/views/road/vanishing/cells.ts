/** The cells that the figure compares, as plain data. */

export const CELLS = ['tanh', 'lstm', 'gru'] as const;
export type Cell = (typeof CELLS)[number];

/** The gates of each cell in the order of its matrices. */
export const GATES: Readonly<Record<Cell, readonly string[]>> = {
  tanh: ['h'],
  lstm: ['i', 'f', 'g', 'o'],
  gru: ['r', 'z', 'n'],
};

/** Below this a float32 has no longer all of its digits, and a GPU may take it for zero. */
export const UNDERFLOW = 2 ** -126;

/** Gradients are scaled down to this norm; 0 leaves them as they are. */
export const CLIPS = [0, 1, 0.1] as const;

/** Initial biases of the gate that preserves the state. */
export const BIASES = [0, 4] as const;

/** The seed of the parameters, that of `npm run experiment -- vanishing`. */
export const SEED = 1;

/** What clipping multiplies all gradients by (Pascanu et al. 2013, algorithm 1). */
export function clippingFactor(weightNorm: number, clip: number): number {
  return clip === 0 ? 1 : Math.min(1, clip / weightNorm);
}
