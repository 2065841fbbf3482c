/** `qkv/nn`: layers under PyTorch's names, and how their parameters are initialised and stored. */

export { type CellName, type CellText, cells } from '../../shaders/recurrence/cells';
export { dropout, flatten, gelu, relu, sigmoid, silu, tanh } from '../nn/activations';
export { initialArena, type NamedTensors, packArena, unpackArena } from '../nn/arena';
export type { KeyValueCache, RotaryEmbedding, Visibility } from '../nn/attention';
export { type EmbeddingOptions, embedding } from '../nn/embedding';
export type { Activation } from '../nn/feedForward';
export {
  constant,
  kaimingUniform,
  normal,
  ones,
  uniform,
  xavierUniform,
  zeros,
} from '../nn/initialisers';
export { type Layer, layer } from '../nn/layer';
export { type LinearOptions, linear } from '../nn/linear';
export type { LoraCopy, LoraPlan, LoraTarget } from '../nn/lora';
export { LoraStore, type StoredModel } from '../nn/loraStore';
export type { MultiHeadAttentionOptions } from '../nn/multiHead';
export {
  type AttentionInputs,
  type MultiHeadAttention,
  multiHeadAttention,
} from '../nn/multiHeadAttention';
export { type LayerNormOptions, layerNorm, type RmsNormOptions, rmsNorm } from '../nn/norms';
export { ParameterStore } from '../nn/parameterStore';
export {
  type BoundParameters,
  bindParameters,
  countParameters,
  declareParameters,
  type Initialiser,
  type LayoutAddition,
  PARAMETERS,
  type Parameter,
  type ParameterLayout,
  type Part,
  type Quantiser,
  type Scope,
} from '../nn/parameters';
export type { ParameterStates } from '../nn/parameterWriter';
export {
  learnedPositions,
  type PositionLayer,
  type RotaryPositionOptions,
  rotary,
  rotaryPositions,
  sinusoidalPositions,
} from '../nn/positions';
export { storeAs } from '../nn/quantisedStorage';
export type {
  RecurrenceState,
  RecurrentInputs,
  RecurrentLayerOptions,
  RecurrentOptions,
  RecurrentResult,
} from '../nn/recurrent';
export {
  type GruOptions,
  gru,
  type LstmOptions,
  lstm,
  type RecurrentLayer,
  type RecurrentState,
  type RnnOptions,
  recurrent,
  rnn,
} from '../nn/recurrentLayers';
export type { Derive, DropoutSource, Observer, RunScan, UnfusedOps } from '../nn/scope';
export {
  additiveAttention,
  dotAttention,
  type ScoreAttention,
  type ScoreInputs,
} from '../nn/scoreAttention';
export type { Attended } from '../nn/sequenceAttention';
export { sequential, stack } from '../nn/sequential';
export type { PositionOptions } from '../nn/sinusoidalTable';
export {
  ARITHMETICS,
  PARAMETER_DTYPES,
  type ParameterDType,
  type ParameterOptions,
  parameterBytes,
  parameterScope,
  parameterStates,
  storedParameters,
} from '../nn/storage';
export {
  type DecoderInputs,
  type DecoderLayer,
  type DecoderLayerResult,
  decoderLayer,
  type EncoderLayer,
  encoderLayer,
  type Memory,
  type SelfContext,
  type TransformerLayerOptions,
} from '../nn/transformerLayers';
export type { Weight } from '../nn/weight';
export type { Arithmetic } from '../ops/quantised/attrs';
export type { RecurrenceOptions, RecurrenceResult } from '../ops/recurrence/op';
export type { RotaryOptions } from '../ops/rotary/op';
