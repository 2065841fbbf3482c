/** Float64 references of the norms' gradients. */
import type { NdArray } from '../../core/ndArray';
import type { ReferenceCall } from '../../graph/reference';
import type { NormGradParametersAttrs, NormGradXAttrs } from './attrs';

/** The normalised value at [row, c]. */
function normalised(x: NdArray, stats: NdArray, center: boolean, row: number, c: number): number {
  const size = x.dim(-1);
  const mean = center ? x.flat(row * size) + stats.flat(2 * row) : 0;
  return (x.flat(row * size + c) - mean) * stats.flat(2 * row + 1);
}

export function normGradXReference(call: ReferenceCall<NormGradXAttrs, [3, 4], 1>): void {
  const { center } = call.attrs;
  const [dy, x, stats, weight] = call.inputs;
  const [dx] = call.outputs;
  const size = x.dim(-1);
  for (let row = 0; row * size < x.size; row++) {
    const g = (c: number) => dy.flat(row * size + c) * (weight?.flat(c) ?? 1);
    const h = (c: number) => normalised(x, stats, center, row, c);
    let [meanG, meanGh] = [0, 0];
    for (let c = 0; c < size; c++) {
      if (center) meanG += g(c) / size;
      meanGh += (g(c) * h(c)) / size;
    }
    for (let c = 0; c < size; c++) {
      dx.data[row * size + c] = (g(c) - meanG - h(c) * meanGh) * stats.flat(2 * row + 1);
    }
  }
}

export function normGradParametersReference(
  call: ReferenceCall<NormGradParametersAttrs, 3, 2>,
): void {
  const [dy, x, stats] = call.inputs;
  const [dweight, dbias] = call.outputs;
  const size = x.dim(-1);
  for (let row = 0; row * size < x.size; row++) {
    for (let c = 0; c < size; c++) {
      const d = dy.flat(row * size + c);
      dweight.add(d * normalised(x, stats, call.attrs.center, row, c), c);
      dbias.add(d, c);
    }
  }
}
