/** A plan lowered for a device: its dispatches and the bytes they need, before anything is allocated. */

import type { Dispatch } from '../compiler/dispatch/dispatch';
import { lowerPlan } from '../compiler/dispatch/lower';
import type { Plan } from '../compiler/plan/plan';
import type { Target } from '../graph/op';
import type { Startup } from '../graph/startup';
import type { Kernels } from '../graph/target';
import { uniformBytes } from './commands';
import { bufferBytes, type Device } from './device';
import { checkBindings } from './limits';

/** What kernels are chosen for. */
export interface PrepareOptions {
  /**
   * How often the program will run, which decides how long compiling its kernels may take; 'balanced' by
   * default.
   */
  readonly startup?: Startup;
  /** The target to lower for, instead of the device's own: to force variants. */
  readonly target?: Target;
  /** Further kernels to choose from, where the target has none. */
  readonly kernels?: Kernels;
}

/** A plan with the kernels chosen for a device, before anything is allocated. */
export interface PreparedPlan {
  readonly plan: Plan;
  readonly dispatches: readonly Dispatch[];
  /** Bytes of the buffers that only this program uses. */
  readonly ownBytes: number;
  /** Bytes of each state, which other programs may share. */
  readonly stateBytes: ReadonlyMap<string, number>;
}

/** @throws DeviceError when the device cannot bind or run what the plan needs */
export function preparePlan(
  device: Device,
  plan: Plan,
  { startup = 'balanced', target = device.target, kernels }: PrepareOptions = {},
): PreparedPlan {
  const dispatches = lowerPlan(plan, { ...(kernels && { kernels }), ...target, startup });
  checkBindings(device.gpu.limits, dispatches);
  let ownBytes = bufferBytes(uniformBytes(dispatches));
  const stateBytes = new Map<string, number>();
  for (const { use, byteLength } of plan.storages) {
    const bytes = bufferBytes(byteLength);
    if (use.kind === 'state') stateBytes.set(use.name, bytes);
    else ownBytes += bytes;
  }
  return { plan, dispatches, ownBytes, stateBytes };
}
