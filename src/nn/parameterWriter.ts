/**
 * Writes the values of parameters to the states that hold them, a few rows at a time, so that a
 * model can be loaded without a second copy of its parameters.
 */
import { defined } from '../core/errors';
import type { HostData } from '../core/hostTensor';
import { dimAt, type TensorType } from '../core/shape';
import { ranges } from './arena';
import {
  PARAMETERS,
  type Parameter,
  type ParameterLayout,
  QUANTISED_PARAMETERS,
} from './parameters';

/** Where parameters are kept: a StateStore, or arrays on the CPU. */
export interface ParameterStates {
  /** Makes the state exist, with zeros. */
  buffer(name: string, type: TensorType): unknown;
  /** Overwrites a part of a state. @param first index of its first element */
  write(name: string, data: HostData, first: number): void;
}

/**
 * Number of elements that must be written together: quantised matrices are written in whole rows.
 */
export function writeUnit({ shape, scheme }: Pick<Parameter, 'shape' | 'scheme'>): number {
  return scheme === undefined ? 1 : dimAt({ shape }, 1);
}

/**
 * Writes successive values of a parameter.
 * @param first index of the first of them in the parameter; like their number a multiple of
 *   `writeUnit`
 * @throws DTypeError for values that cannot be quantised
 */
export function writeParameter(
  states: Pick<ParameterStates, 'write'>,
  { quantiser }: ParameterLayout,
  parameter: Parameter,
  values: Float32Array,
  first = 0,
): void {
  const { name, shape, parts, scheme } = parameter;
  ranges(parameter).forEach(({ from, to, length }, i) => {
    const [begin, end] = [Math.max(first, from), Math.min(first + values.length, from + length)];
    if (begin >= end) return;
    const part = values.subarray(begin - first, end - first);
    if (scheme === undefined) {
      states.write(PARAMETERS, part, to + begin - from);
      return;
    }
    const columns = dimAt({ shape }, 1);
    const { words, scales } = defined(quantiser, 'quantiser').quantise(
      name,
      part,
      columns,
      scheme,
      begin,
    );
    /** Index in a state of what belongs to the first row, given what belongs to all rows. */
    const at = (offset: number, count: number) => offset + (count * (begin - from)) / part.length;
    states.write(QUANTISED_PARAMETERS, words, at(to, words.length));
    const { scaleOffset } = defined(parts[i], name);
    if (scaleOffset === undefined) return;
    states.write(PARAMETERS, scales, at(scaleOffset, scales.length));
  });
}
