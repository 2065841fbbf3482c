/** How Llama and its descendants rotate queries and keys beyond the lengths of their training. */
import { OptionError } from '../../core/errors';
import type { RotaryEmbedding } from '../../nn/attention';
import { rotary } from '../../nn/positions';
import type { Fields } from '../fields';

/**
 * Changes to the frequencies of a rotary position embedding. 'linear' divides all by a factor (Chen
 * et al. 2023). 'llama3' divides those whose wavelength is over `originalLength / low`, keeps those
 * under `originalLength / high`, and interpolates between (Llama 3.1).
 */
export type RotaryScaling =
  | { readonly kind: 'none' }
  | { readonly kind: 'linear'; readonly factor: number }
  | {
      readonly kind: 'llama3';
      readonly factor: number;
      readonly low: number;
      readonly high: number;
      readonly originalLength: number;
    };

/** The rotary embedding of heads of a size. @param base of the frequencies, rope_theta */
export function scaledRotary(size: number, base: number, scaling: RotaryScaling): RotaryEmbedding {
  if (scaling.kind === 'none') return rotary({ base });
  const plain = Array.from({ length: size / 2 }, (_, i) => base ** ((-2 * i) / size));
  return rotary({ frequencies: plain.map((frequency) => scaled(frequency, scaling)) });
}

function scaled(frequency: number, scaling: Exclude<RotaryScaling, { kind: 'none' }>): number {
  const slow = frequency / scaling.factor;
  if (scaling.kind === 'linear') return slow;
  const { low, high, originalLength } = scaling;
  const turns = (originalLength * frequency) / (2 * Math.PI);
  const kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
  return (1 - kept) * slow + kept * frequency;
}

/** Reads a scaling from a configuration. @throws FormatError naming a wrong field */
export function parseScaling(fields: Fields): RotaryScaling {
  const kind = fields.oneOf('kind', ['none', 'linear', 'llama3'], 'none');
  const factor = () => fields.number('factor');
  if (kind === 'none') return { kind };
  if (kind === 'linear') return { kind, factor: factor() };
  return {
    kind,
    factor: factor(),
    low: fields.number('low'),
    high: fields.number('high'),
    originalLength: fields.number('originalLength'),
  };
}

/** @throws OptionError for numbers that make no frequencies */
export function checkScaling(scaling: RotaryScaling): void {
  const { kind, ...numbers } = scaling;
  const bad = Object.entries(numbers).find(([, value]) => !(Number.isFinite(value) && value > 0));
  if (bad !== undefined) {
    throw new OptionError(`llama: the scaling's ${bad[0]} must be positive, found ${bad[1]}`);
  }
  if (scaling.kind === 'llama3' && scaling.high <= scaling.low) {
    throw new OptionError(
      `llama: the scaling's high must be above its low ${scaling.low}, found ${scaling.high}`,
    );
  }
}
