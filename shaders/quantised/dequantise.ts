/** WGSL that dequantises weights: one by its index, or four neighbours in registers. */
import { float, PARTS } from '../lib/wgsl';
import {
  QUANTISED_FORMATS,
  type QuantisationScheme,
  weightsPerPacket,
  weightsPerWord,
} from './format';

/** Quads (vec4 of neighbours) of a packet: 2, 4 or 8. */
export function quadsPerPacket(scheme: QuantisationScheme): number {
  return weightsPerPacket(scheme) / 4;
}

/**
 * Quad `i` of a packet in the vec4<u32> `words`, without its scale. Integers are put into the mantissa of 2^23,
 * from which one subtraction gives the exact value: conversions are slow on many GPUs.
 */
export function packetQuad(scheme: QuantisationScheme, words: string, i: number): string {
  const quadsOfWord = weightsPerWord(scheme) / 4;
  const word = (at: number) => `${words}.${PARTS[at] ?? 'x'}`;
  return scheme.format === 'f16'
    ? halves(word(2 * i), word(2 * i + 1))
    : integers(scheme, word(Math.floor(i / quadsOfWord)), i % quadsOfWord);
}

/** The quad from column `k`, a multiple of 4, of the row that begins at word `start`. */
export function rowQuad(scheme: QuantisationScheme, start: string, k: string): string {
  const at = `words[${start} + ${k} / ${weightsPerWord(scheme)}u`;
  switch (scheme.format) {
    case 'f16':
      return halves(`${at}]`, `${at} + 1u]`);
    case 'int8':
      return integers(scheme, `${at}]`, 0);
    case 'int4':
      return integers(scheme, `(${at}] >> (${k} % 8u * 4u))`, 0);
    default:
      return scheme.format satisfies never;
  }
}

function halves(first: string, second: string): string {
  return `vec4<f32>(unpack2x16float(${first}), unpack2x16float(${second}))`;
}

/** Fields 4 * quad .. 4 * quad + 3 of a word. */
function integers({ format }: QuantisationScheme, word: string, quad: number): string {
  const { bits, bias } = QUANTISED_FORMATS[format];
  const shifts = [0, 1, 2, 3].map((i) => `${bits * (4 * quad + i)}u`);
  const fields = `(vec4<u32>(${word}) >> vec4<u32>(${shifts})) & vec4<u32>(${2 ** bits - 1}u)`;
  return `(bitcast<vec4<f32>>((${fields}) | vec4<u32>(0x4b000000u)) - ${float(2 ** 23 + bias)})`;
}

/** `fn weight(n, k) -> f32`: the weight at a row and column, with its scale; needs `words` as u32. */
export function weightFunction(scheme: QuantisationScheme): string {
  const { bits, bias } = QUANTISED_FORMATS[scheme.format];
  const count = weightsPerWord(scheme);
  const word = `words[n * params.packets * 4u + k / ${count}u]`;
  const value =
    scheme.format === 'f16'
      ? `unpack2x16float(${word})[k % 2u]`
      : `(f32((${word} >> (k % ${count}u * ${bits}u)) & ${2 ** bits - 1}u) - ${float(bias)})
    * scales[n * params.groups + k / ${scheme.group}u]`;
  return `fn weight(n: u32, k: u32) -> f32 {
  return ${value};
}`;
}
