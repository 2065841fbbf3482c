/** Float64 reference of rotary positions: rotates each pair of channels as a point in the plane. */
import type { NdArray } from '../../core/ndArray';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import { POSITIONS, type RotaryAttrs } from './attrs';
import { rotaryOp } from './op';

/** The position of row t of sequence b. */
function positionAt(
  { attrs, inputs }: ReferenceCall<RotaryAttrs>,
  b: number,
  t: number,
  length: number,
): number {
  const others = inputs.slice(attrs.far ? 3 : 2);
  const positions: NdArray | undefined = attrs.positions ? others[0] : undefined;
  const offset = attrs.offset ? (others.at(-1)?.flat(0) ?? 0) : 0;
  const isOfRows = (positions?.data.length ?? 0) > length;
  const own = positions === undefined ? t : positions.flat(isOfRows ? b * length + t : t);
  return Math.min(Math.max(own + offset, 0), POSITIONS - 1);
}

function rotaryReference(call: ReferenceCall<RotaryAttrs>): void {
  const { attrs, inputs, outputs } = call;
  const { heads, size, frequencies, interleaved, inverse } = attrs;
  const [x] = inputs;
  const [y] = outputs;
  if (x === undefined || y === undefined) return;
  y.data.set(x.data);
  const columns = x.shape.at(-1) ?? 1;
  const length = x.shape.at(-2) ?? 1;
  const rows = columns === 0 ? 0 : x.data.length / columns;
  for (let row = 0; row < rows; row++) {
    const position = positionAt(call, Math.floor(row / length), row % length, length);
    for (let h = 0; h < heads; h++) {
      frequencies.forEach((frequency, i) => {
        const angle = position * frequency * (inverse ? -1 : 1);
        const [a, b] = interleaved ? [2 * i, 2 * i + 1] : [i, frequencies.length + i];
        const [first, second] = [row * columns + h * size + a, row * columns + h * size + b];
        const [re, im] = [x.flat(first), x.flat(second)];
        y.data[first] = re * Math.cos(angle) - im * Math.sin(angle);
        y.data[second] = re * Math.sin(angle) + im * Math.cos(angle);
      });
    }
  }
}

export const references: readonly ReferenceEntry[] = [referenceOf(rotaryOp, rotaryReference)];
