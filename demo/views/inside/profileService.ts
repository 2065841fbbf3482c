/** In the worker: the time of each dispatch of a plan on the visitor's GPU. */
import type { Device } from 'qkv';
import { type DispatchTime, Program, profile, StateStore } from 'qkv/graph';
import { planOf } from './plans';
import type { PlanKind } from './state';

export interface Profiled {
  readonly adapter: string;
  readonly times: readonly DispatchTime[];
}

/** Runs a plan with weights that are all zero: how long it takes does not depend on them. */
export default async function profilePlan(
  device: Device,
  folder: string,
  kind: PlanKind,
): Promise<Profiled> {
  const { plan, inputs, startup } = await planOf(folder, kind);
  const fork = device.fork();
  try {
    const program = await Program.create(fork, plan, new StateStore(fork), { startup });
    program.run(inputs, { sizes: Object.fromEntries(plan.symbols) });
    return { adapter: device.adapterName, times: await profile(program) };
  } finally {
    fork.dispose();
  }
}
