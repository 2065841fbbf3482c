/** `qkv/nn`: layers under PyTorch's names, their parameters, and how these are stored. */
export { type CellName, cells } from '../../shaders/recurrence/cells';
export { initialArena, type NamedTensors, packArena, unpackArena } from '../nn/arena';
export { projectMemory } from '../nn/attention';
export { affine, norm } from '../nn/layers';
export { multiHead } from '../nn/multiHead';
export { storeAs } from '../nn/packedStorage';
export {
  bindParameters,
  countParameters,
  declareParameters,
  PARAMETERS,
  type ParameterLayout,
  type Scope,
} from '../nn/parameters';
export { PAPER_POSITIONS, sinusoidalPositions } from '../nn/positions';
export { CELLS, recurrentCell, recurrentLayers } from '../nn/recurrent';
export { resetBeforeLayer, resetBeforeStep } from '../nn/resetBefore';
export { attend, projectKeys } from '../nn/sequenceAttention';
export {
  ARITHMETICS,
  parameterBytes,
  storedParameters,
  WEIGHT_FORMATS,
  type WeightFormat,
  type WeightOptions,
} from '../nn/storage';
export { decoderLayer, encoderLayer, type LayerConfig } from '../nn/transformerLayers';
export type { Weight } from '../nn/weight';
