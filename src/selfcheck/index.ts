/**
 * The self-check, an entry of its own: it brings every op's cases, which an app that only translates
 * does not carry.
 */
export { type Case, type CaseInput, EPSILON, type Fill } from '../graph/cases';
export { selfCheckReport } from './report';
export {
  type OpCases,
  type SelfCheckOptions,
  type SelfCheckResult,
  selfCheck,
} from './selfCheck';
