/**
 * `qkv/inspect`: values inside a model by name, interventions on them, nearest rows and principal
 * components.
 */
export type { Captured, InspectedRun } from '../inspect/capture';
export { type Inspectable, type ValueNames, valueNames } from '../inspect/describe';
export type { InspectOptions } from '../inspect/inspectedGraph';
export { Inspector } from '../inspect/inspector';
export {
  clampedGate,
  forcedWeights,
  type Intervention,
  withoutHeads,
  withoutPositions,
} from '../inspect/interventions';
export { NearestRows, type NearRow } from '../inspect/nearestRows';
export {
  type Noted,
  type ObservationOptions,
  observe,
  type Replacement,
} from '../inspect/observation';
export { matches, type Pattern } from '../inspect/pattern';
export { type PrincipalComponents, principalComponents } from '../inspect/principalComponents';
export { inspection } from '../tasks/inspection';
export type {
  Generated,
  Inspected,
  InspectedNames,
  InspectedParameters,
  Inspection,
  InspectionContext,
  LookCall,
  LookOptions,
  ModelInspection,
  TextInspection,
  TextInspectionContext,
  TextLookCall,
  TextLookOptions,
  TextRead,
} from '../tasks/modelInspection';
