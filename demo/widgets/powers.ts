/** Numbers of very different sizes as text. */
import { words } from '../state/settings';

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A power of ten: 0.01 as '10⁻²'. */
export function powerOfTen(value: number): string {
  const power = Math.round(Math.log10(value));
  return power === 0 ? '1' : `10${superscript(power)}`;
}

function superscript(power: number): string {
  const digits = [...String(Math.abs(power))].map((digit) => SUPERSCRIPTS[Number(digit)]);
  return `${power < 0 ? '⁻' : ''}${digits.join('')}`;
}

/** A number with two digits, and a power of ten where it is far from 1: '1.7', '2.4 × 10⁻⁹'. */
export function scientific(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (value === 0 || (size >= 0.01 && size < 1000)) {
    return words.value.number(value, size >= 10 || value === 0 ? 0 : size >= 0.1 ? 2 : 3);
  }
  const [digits = '', power = ''] = value.toExponential(1).split('e');
  return `${words.value.number(Number(digits), 1)} × 10${superscript(Number(power))}`;
}
