/**
 * `qkv/cpu`: runs graphs, plans and translators in float64 on the CPU, for tests and where there is
 * no WebGPU; float64 arrays and seeded random numbers.
 */
export { NdArray } from '../core/ndArray';
export { type Random, random } from '../core/random';
export { type Arrays, evaluateGraph, type OracleResult } from '../cpu/oracle';
export { type CpuStates, runPlan } from '../cpu/planExecutor';
export { interpret, type Values, valueIn } from '../graph/interpret';
export type { Reference, References } from '../graph/reference';
export { references } from '../ops/references';
export {
  type CpuGenerationOptions,
  type CpuLoadOptions,
  CpuTranslator,
} from '../tasks/cpuTranslator';
