/**
 * `qkv/graph`: tensors and ops, tracing, gradients, compiling and running; plans to print, explain,
 * profile and tune; and custom ops.
 */
export { type Epilogue, type EpilogueBinding, identityEpilogue } from '../../shaders/lib/epilogue';
export {
  type Binding,
  defineKernel,
  type Kernel,
  kernelKey,
  type Spec,
  type SpecValue,
  shaderSource,
} from '../../shaders/lib/kernel';
export {
  groupsPerRow,
  packetsPerRow,
  type QuantisationScheme,
  type QuantisedFormat,
  quantisationScheme,
  weightsPerPacket,
} from '../../shaders/quantised/format';
export { gradients } from '../autodiff/grad';
export { compileGraph, type StructurePasses, structurePasses } from '../compiler/compile';
export type { BoundPlace, Dispatch } from '../compiler/dispatch/dispatch';
export { lowerPlan } from '../compiler/dispatch/lower';
export {
  type ExplainedStep,
  type ExplainedStorage,
  type ExplainOptions,
  type Explanation,
  explain,
} from '../compiler/explain/explain';
export { printExplanation } from '../compiler/explain/printExplanation';
export {
  type Place,
  type PlaceStride,
  type Plan,
  type Port,
  planBytes,
  printPlan,
  type Step as PlanStep,
  type Storage,
} from '../compiler/plan/plan';
export type { LoopRange } from '../compiler/plan/replay';
export type { FusedNodes, Group, LoopFrame } from '../compiler/schedule/group';
export type { BatchOf, BatchValue, InputTypes, NestedNumbers } from '../core/batch';
export {
  type Dim,
  dim,
  dimBound,
  evaluateDim,
  multiplyDims,
  type SizeTable,
  type SizeTerm,
  type SymbolicDim,
} from '../core/dim';
export type { HostData, HostTensor, HostTensors } from '../core/hostTensor';
export { type QuantisedData, quantiseMatrix } from '../core/quantise';
export type { Repeated } from '../core/repeated';
export {
  broadcastShapes,
  type DType,
  dims,
  evaluateShape,
  f32,
  i32,
  lastDim,
  numberOfElements,
  type Shape,
  type Shaped,
  type TensorType,
  type TypeOf,
} from '../core/shape';
export type { Sizes } from '../core/sizes';
export { chromeTrace } from '../gpu/chromeTrace';
export { compute } from '../gpu/compute';
export type { PassTimes } from '../gpu/passTimes';
export type { PreparedPlan, PrepareOptions } from '../gpu/prepared';
export { type DispatchTime, profile } from '../gpu/profile';
export { type LoneDispatch, Program, type ProgramOptions, type RunOptions } from '../gpu/program';
export { readBuffer, StateStore } from '../gpu/states';
export {
  type CandidateTime,
  type ClassMeasurement,
  type TuneOptions,
  type TuneProgress,
  type TuneResult,
  tune,
} from '../gpu/tune';
export type { CandidateSet, Choice } from '../graph/choice';
export type { AtLeast, Count, Counted, ListOf, Places } from '../graph/count';
export type {
  Calculus,
  GradCall,
  Gradient,
  Gradients,
  OutputGradients,
  OverStepsRule,
} from '../graph/gradient';
export {
  type Graph,
  graphNodes,
  type Lookup,
  printGraph,
  type Results,
  type Signature,
  type Tensors,
  trace,
} from '../graph/graph';
export { apply, applyAll, reachableNodes, tensorKey } from '../graph/node';
export {
  type AliasLowering,
  type Attrs,
  type AttrValue,
  type Cost,
  type Elementwise,
  type ExpressionContext,
  type Grid,
  input,
  type KernelCall,
  type KernelLowering,
  kernelCall,
  type Loop,
  type LoopBody,
  type LoopLowering,
  type Lowering,
  type LoweringCall,
  type Node,
  type Op,
  type Operand,
  type OpSet,
  output,
  type PackLowering,
  type Tensor,
} from '../graph/op';
export { defineOwnOp as defineOp, type OwnOp } from '../graph/ownOp';
export type { ReferenceCall } from '../graph/reference';
export { type Constant, type Source, sourceOf } from '../graph/source';
export { type Startup, startupFor } from '../graph/startup';
export type { Target } from '../graph/target';
export {
  type Compiled,
  compile,
  type HostResults,
  type InputTensors,
  type ModelFunction,
} from '../nn/compile';
export type { AttentionOptions, AttentionResult } from '../ops/attention/op';
export { countTo } from '../ops/countTo';
export { ops } from '../ops/index';
