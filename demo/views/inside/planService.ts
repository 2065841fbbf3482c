/** In the worker: explains a plan for the visitor's GPU. Nothing runs. */
import type { Device } from 'qkv';
import { type Explanation, explain } from 'qkv/graph';
import { planOf } from './plans';
import type { PlanKind } from './state';

export default async function explainPlan(
  device: Device,
  folder: string,
  kind: PlanKind,
): Promise<Explanation> {
  const { plan, startup } = await planOf(folder, kind);
  return explain(plan, { target: { ...device.target, startup } });
}
