/** Extends strategies by states, inputs and records, and by changes of what they choose from. */
import type { Choice, ChooseCall, Strategy } from './strategy';

/** What extends a strategy. */
export interface Extension
  extends Partial<
    Pick<Strategy, 'states' | 'inputs' | 'values' | 'start' | 'records' | 'describe'>
  > {
  /** What of it changes the plan, as plain data (default: nothing). */
  readonly key?: unknown;
  /** Changes what the strategy chooses from. */
  before?(call: ChooseCall): Partial<ChooseCall>;
  /** Next states, and records of the step, after the strategy's choice. */
  after?(call: ChooseCall, choice: Choice): Partial<Pick<Choice, 'state' | 'records'>>;
}

/** The strategy with an extension, whose states, inputs and records have names of their own. */
export function extend(strategy: Strategy, extension: Extension): Strategy {
  return {
    ...strategy,
    key: JSON.stringify([strategy.key, extension.key]),
    states: (sizes) => ({ ...strategy.states(sizes), ...extension.states?.(sizes) }),
    inputs: (sizes) => ({ ...strategy.inputs(sizes), ...extension.inputs?.(sizes) }),
    values: (run) => ({ ...strategy.values(run), ...extension.values?.(run) }),
    start: (...args) => ({ ...strategy.start(...args), ...extension.start?.(...args) }),
    records: (sizes) => ({ ...strategy.records(sizes), ...extension.records?.(sizes) }),
    choose: (call) => {
      const choice = strategy.choose({ ...call, ...extension.before?.(call) });
      const { state, records } = extension.after?.(call, choice) ?? {};
      return {
        ...choice,
        state: { ...choice.state, ...state },
        records: { ...choice.records, ...records },
      };
    },
    describe: (...args) => ({ ...strategy.describe(...args), ...extension.describe?.(...args) }),
  };
}
