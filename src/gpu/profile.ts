/**
 * GPU time of each dispatch of a program. It stands apart from Program, since running models needs none of it.
 */
import { defined } from '../core/errors';
import { type PassTimes, timePasses } from './passTimes';
import type { LoneDispatch, Program } from './program';

/** GPU time of one dispatch. */
export interface DispatchTime extends Omit<LoneDispatch, 'encode'> {
  readonly milliseconds: number;
  readonly clock: PassTimes['clock'];
}

/**
 * GPU time of each dispatch of the last run, each in a pass of its own; see Program.loneDispatches. State
 * changes as by that many further runs.
 * @returns for each dispatch, the minimum of `repeats` measurements
 */
export async function profile(program: Program, repeats = 3): Promise<readonly DispatchTime[]> {
  const dispatches = program.loneDispatches();
  const passes = dispatches.map(({ encode }) => encode);
  const rounds: PassTimes[] = [];
  for (let round = 0; round < repeats; round++) {
    rounds.push(await timePasses(program.device, passes));
  }
  return dispatches.map(({ step, label, kernel }, i) => ({
    step,
    label,
    kernel,
    milliseconds: Math.min(...rounds.map(({ milliseconds }) => defined(milliseconds[i], 'time'))),
    clock: defined(rounds[0], 'round').clock,
  }));
}
