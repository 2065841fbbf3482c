/** `qkv/inspect`: values inside a model by name, nearest rows and principal components. */
export {
  type Captured,
  type Inspectable,
  type InspectOptions,
  Inspector,
  type ValueNames,
  valueNames,
} from '../inspect/inspector';
export { NearestRows, type NearRow } from '../inspect/nearestRows';
export { matches, type Pattern } from '../inspect/pattern';
export { type PrincipalComponents, principalComponents } from '../inspect/principalComponents';
