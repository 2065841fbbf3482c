/** Float64 reference of rotary positions: rotates each pair of channels as a point in the plane. */
import { defined } from '../../core/errors';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import { POSITIONS, type RotaryAttrs } from './attrs';
import { rotaryOp } from './op';

/** The position of row t of sequence b. */
function positionAt(
  { attrs, inputs }: ReferenceCall<RotaryAttrs, [2, 5], 1>,
  b: number,
  t: number,
  length: number,
): number {
  const others = inputs.slice(attrs.far ? 3 : 2);
  const offset = attrs.offset ? defined(others.at(-1), 'offset').flat(0) : 0;
  let own = t;
  if (attrs.positions) {
    const positions = defined(others[0], 'positions');
    own = positions.flat(positions.size > length ? b * length + t : t);
  }
  return Math.min(Math.max(own + offset, 0), POSITIONS - 1);
}

function rotaryReference(call: ReferenceCall<RotaryAttrs, [2, 5], 1>): void {
  const { attrs, inputs, outputs } = call;
  const { heads, size, frequencies, interleaved, inverse } = attrs;
  const [x] = inputs;
  const [y] = outputs;
  y.data.set(x.data);
  const [columns, length] = [x.dim(-1), x.dim(-2)];
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
