/**
 * `qkv/selfcheck`: every kernel against float64 on the adapter at hand. It brings every op's cases, which an
 * app that only translates does not carry.
 */

export type { BatchSpan, MatmulSpec } from '../../shaders/matmul/spec';
export type { QuantisedSpec, QuantisedTeam } from '../../shaders/quantised/spec';
export { verifyDispatch } from '../compiler/dispatch/verifyDispatch';
export { type Case, type CaseInput, EPSILON, type Fill } from '../graph/cases';
export { verifyGraph } from '../graph/verify';
export type {
  MatmulLayout,
  MatmulShape,
  MatmulTarget,
  MatmulVariant,
} from '../ops/matmul/variant';
export { type MatmulCandidate, matmulVariants } from '../ops/matmul/variants';
export {
  type QuantisedShape,
  type QuantisedVariant,
  quantisedVariants,
} from '../ops/quantised/variants';
export { allCases } from '../selfcheck/allCases';
export {
  type ComparedValues,
  firstFault,
  type Tolerance,
  toleranceOf,
  worstDifference,
} from '../selfcheck/difference';
export {
  caseGraph,
  caseInputs,
  differentiable,
  onGpu,
  onOracle,
  weightedSum,
} from '../selfcheck/opCase';
export { opTable } from '../selfcheck/opTable';
export { selfCheckReport } from '../selfcheck/report';
export {
  type OpCases,
  type SelfCheckOptions,
  type SelfCheckResult,
  selfCheck,
} from '../selfcheck/selfCheck';
