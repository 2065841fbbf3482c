/** The table of sinusoidal positions, computed on the CPU in float64. */
import type { Constant } from '../graph/source';

/** Variants of sinusoidal positions. */
export interface PositionOptions {
  /** Sines in even and cosines in odd columns, as in the paper, or all sines before all cosines. */
  readonly layout: 'interleaved' | 'halves';
  /** Position of the first row: 0 in the paper. */
  readonly first: number;
  /**
   * The exponent of column pair i is i / (size / 2) in the paper ('half'), and i / (size / 2 - 1)
   * in tensor2tensor and CTranslate2 ('halfMinusOne').
   */
  readonly denominator: 'half' | 'halfMinusOne';
}

export const PAPER_POSITIONS: PositionOptions = {
  layout: 'interleaved',
  first: 0,
  denominator: 'half',
};

/**
 * PE(pos, 2i) = sin(pos / 10000^(2i/size)), PE(pos, 2i+1) = cos(...) (Vaswani et al. 2017, 3.5).
 * @returns [length, size]
 */
export function sinusoidalTable(
  length: number,
  size: number,
  options: PositionOptions = PAPER_POSITIONS,
): Constant {
  const data = new Float64Array(length * size);
  const pairs = Math.ceil(size / 2);
  const denominator = options.denominator === 'half' ? size / 2 : size / 2 - 1;
  for (let row = 0; row < length; row++) {
    for (let i = 0; i < pairs; i++) {
      const angle = (row + options.first) * 10000 ** (-i / denominator);
      const [sine, cosine] = options.layout === 'interleaved' ? [2 * i, 2 * i + 1] : [i, pairs + i];
      data[row * size + sine] = Math.sin(angle);
      if (cosine < size) data[row * size + cosine] = Math.cos(angle);
    }
  }
  return { shape: [length, size], data };
}
