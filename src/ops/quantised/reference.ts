/** Float64 references of quantised products and rows, which decode each field arithmetically. */
import type { NdArray } from '../../core/ndArray';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { DequantiseAttrs, QuantisedAttrs } from './attrs';
import { quantisedMatmulOp } from './op';
import { dequantiseRowsOp } from './rows';

/** The value of 16 bits in IEEE 754 binary16. Weights are never infinite or NaN. */
function half(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = Math.floor(bits / 1024) % 32;
  const fraction = (bits % 1024) / 1024;
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}

/** The weight at a row and column. */
function weightAt(
  { format, group }: QuantisedAttrs,
  words: NdArray,
  scales: NdArray | undefined,
  row: number,
  column: number,
): number {
  const bits = { f16: 16, int8: 8, int4: 4 }[format];
  const count = 32 / bits;
  const word = words.at(row, Math.floor(column / count));
  const unsigned = word < 0 ? word + 2 ** 32 : word;
  const field = Math.floor(unsigned / 2 ** (bits * (column % count))) % 2 ** bits;
  if (scales === undefined) return half(field);
  return (field - 2 ** (bits - 1)) * scales.at(row, Math.floor(column / group));
}

function quantisedReference({
  attrs,
  inputs,
  outputs,
}: ReferenceCall<QuantisedAttrs, [2, 3], 1>): void {
  const [x, words, scales] = inputs;
  const [y] = outputs;
  const { columns } = attrs;
  const n = y.dim(-1);
  for (let j = 0; j < n; j++) {
    for (let p = 0; p < columns; p++) {
      const weight = weightAt(attrs, words, scales, j, p);
      for (let i = 0; i < y.size / n; i++) {
        y.data[i * n + j] = y.flat(i * n + j) + x.flat(i * columns + p) * weight;
      }
    }
  }
}

function dequantiseReference({
  attrs,
  inputs,
  outputs,
}: ReferenceCall<DequantiseAttrs, [1, 3], 1>): void {
  const [words] = inputs;
  const scales = attrs.group > 0 ? inputs[1] : undefined;
  const ids = attrs.ids ? inputs.at(-1) : undefined;
  const [y] = outputs;
  const { columns } = attrs;
  for (let i = 0; i < y.size / columns; i++) {
    const id = ids?.flat(i) ?? i;
    if (id < 0 || id >= words.dim(0)) continue;
    for (let c = 0; c < columns; c++) {
      y.data[i * columns + c] = weightAt(attrs, words, scales, id, c);
    }
  }
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(quantisedMatmulOp, quantisedReference),
  referenceOf(dequantiseRowsOp, dequantiseReference),
];
