/** A layout's parameters in arrays on the CPU, which are written as those on a device are. */
import { dimBound } from '../core/dim';
import { defined } from '../core/errors';
import type { HostData } from '../core/hostTensor';
import { dimAt } from '../core/shape';
import type { ParameterLayout } from './parameters';
import type { ParameterStates } from './parameterWriter';
import { parameterStates } from './storage';

/** A layout's parameters on the CPU. */
export class ParameterArrays implements ParameterStates {
  /** The contents of the states, by name. */
  readonly arrays: ReadonlyMap<string, HostData>;

  constructor(layout: ParameterLayout) {
    const states = Object.entries(parameterStates(layout));
    this.arrays = new Map(
      states.map(([name, { dtype, shape }]) => {
        const size = dimBound(dimAt({ shape }, 0));
        return [name, dtype === 'f32' ? new Float32Array(size) : new Int32Array(size)] as const;
      }),
    );
  }

  buffer(): void {}

  write(name: string, data: HostData, first: number): void {
    defined(this.arrays.get(name), name).set(data, first);
  }
}
