/** What each dispatch of a program takes on the GPU. Apart from Program: running models needs none of it. */
import { type PassTimes, timePasses } from './passTimes';
import type { LoneDispatch, Program } from './program';

/** What one dispatch took. */
export interface DispatchTime extends Omit<LoneDispatch, 'encode'> {
  readonly milliseconds: number;
  readonly clock: PassTimes['clock'];
}

/**
 * GPU time of every dispatch of the last run, each in a pass of its own; see Program.loneDispatches.
 * State is changed as by so many further runs.
 * @returns by dispatch, the least of `repeats`
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
    milliseconds: Math.min(...rounds.map(({ milliseconds }) => milliseconds[i] ?? 0)),
    clock: rounds[0]?.clock ?? 'wall',
  }));
}
