/**
 * `qkv/graph`: tensors and ops, tracing, gradients, compiling and running; plans to print, explain, profile
 * and tune; and ops of one's own.
 */

export type { EpilogueBinding } from '../../shaders/lib/epilogue';
export { type Epilogue, identityEpilogue } from '../../shaders/lib/epilogue';
export type { Binding, Spec, SpecValue } from '../../shaders/lib/kernel';
export {
  defineKernel,
  type Kernel,
  kernelKey,
  shaderSource,
} from '../../shaders/lib/kernel';
export { type Startup, startupFor } from '../../shaders/lib/startup';
export {
  type PackedFormat,
  type Packing,
  packetWeights,
  packing,
  rowGroups,
  rowPackets,
} from '../../shaders/packed/format';
export { gradients } from '../autodiff/grad';
export { compileGraph } from '../compile/compile';
export type { BoundPlace, Dispatch } from '../compile/dispatch';
export {
  type ExplainedStep,
  type ExplainedStorage,
  type ExplainOptions,
  type Explanation,
  explain,
} from '../compile/explain';
export { lowerPlan } from '../compile/lower';
export type { Motion, Place, Port, Step, Storage } from '../compile/plan';
export { type Plan, planBytes, printPlan } from '../compile/plan';
export { printExplanation } from '../compile/printExplanation';
export type { LoopRange } from '../compile/replay';
export type { BatchOf, BatchValue, InputTypes, NestedNumbers } from '../core/batch';
export type { SizeTerm, SymbolicDim } from '../core/dim';
export { type Dim, dim, dimBound, evaluateDim, multiplyDims, type SizeTable } from '../core/dim';
export type { HostData, HostTensor, HostTensors } from '../core/hostTensor';
export { type PackedData, packMatrix } from '../core/packing';
export {
  broadcastShapes,
  type DType,
  evaluateShape,
  f32,
  i32,
  numberOfElements,
  type Shape,
  type TensorType,
  type TypeOf,
} from '../core/shape';
export type { Sizes } from '../core/sizes';
export { chromeTrace } from '../gpu/chromeTrace';
export { compute } from '../gpu/compute';
export type { PassTimes } from '../gpu/passTimes';
export type { PreparedPlan, PrepareOptions } from '../gpu/prepared';
export { type DispatchTime, profile } from '../gpu/profile';
export type { LoneDispatch } from '../gpu/program';
export { Program, type ProgramOptions, type RunOptions } from '../gpu/program';
export { readBuffer, StateStore } from '../gpu/states';
export {
  type CandidateTime,
  type ClassMeasurement,
  type TuneOptions,
  type TuneProgress,
  type TuneResult,
  tune,
} from '../gpu/tune';
export type { Choice, Question } from '../graph/choice';
export type { Calculus, GradCall, Gradient, Gradients, OverStepsRule } from '../graph/gradient';
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
export type {
  AliasLowering,
  Attrs,
  AttrValue,
  Cost,
  Elementwise,
  ExpressionContext,
  Frame,
  Grid,
  Group,
  KernelLowering,
  LoopContext,
  LoopLowering,
  Lowering,
  Moving,
  Node,
  Operand,
  OpSet,
  PackContext,
  PackLowering,
  Root,
  Turn,
} from '../graph/op';
export {
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  type Op,
  output,
  type Tensor,
} from '../graph/op';
export { defineOwnOp as defineOp, type OwnOp } from '../graph/ownOp';
export type { ReferenceCall } from '../graph/reference';
export type { Constant, Source } from '../graph/source';
export { sourceOf } from '../graph/source';
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
