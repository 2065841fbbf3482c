/** `qkv/nn`: layers under PyTorch's names, their parameters, and how these are stored. */

export type { Arithmetic } from '../../shaders/packed/format';
export type { CellText } from '../../shaders/recurrence/cells';
export { type CellName, cells } from '../../shaders/recurrence/cells';
export { initialArena, type NamedTensors, packArena, unpackArena } from '../nn/arena';
export type {
  AttentionOptions as AttentionLayerOptions,
  KeyValueCache,
  Visibility,
} from '../nn/attention';
export { projectMemory } from '../nn/attention';
export type { Activation } from '../nn/layers';
export { affine, norm } from '../nn/layers';
export type { MultiHeadOptions } from '../nn/multiHead';
export { multiHead } from '../nn/multiHead';
export { storeAs } from '../nn/packedStorage';
export type { BoundParameters, Packer, Parameter, Part } from '../nn/parameters';
export {
  bindParameters,
  countParameters,
  declareParameters,
  PARAMETERS,
  type ParameterLayout,
  type Scope,
} from '../nn/parameters';
export { PAPER_POSITIONS, sinusoidalPositions } from '../nn/positions';
export type { RecurrentInputs, RecurrentOptions, RecurrentResult } from '../nn/recurrent';
export { CELLS, recurrentCell, recurrentLayers } from '../nn/recurrent';
export { resetBeforeLayer, resetBeforeStep } from '../nn/resetBefore';
export type { DropoutSource, Initialiser, Observer } from '../nn/scope';
export type { Attended, SequenceAttentionOptions } from '../nn/sequenceAttention';
export { attend, projectKeys } from '../nn/sequenceAttention';
export {
  ARITHMETICS,
  parameterBytes,
  storedParameters,
  WEIGHT_FORMATS,
  type WeightFormat,
  type WeightOptions,
} from '../nn/storage';
export type { DecoderLayerResult, Memory, SelfContext } from '../nn/transformerLayers';
export { decoderLayer, encoderLayer, type LayerConfig } from '../nn/transformerLayers';
export type { Weight } from '../nn/weight';
export type { RecurrenceOptions, RecurrenceResult, RecurrenceState } from '../ops/recurrence/op';
