/**
 * All op functions by name: what models, gradient rules and apps build graphs with. Each file has one line;
 * each function is declared in its file's part of OpSet.
 */
export { attendBackward, scoresBackward } from './additiveAttention/grad';
export { additiveAttention } from './additiveAttention/op';
export { argmax } from './argmax/op';
export { topK } from './argmax/topK';
export { attentionGrad } from './attention/backward';
export {
  attention,
  crossAttention,
  crossAttentionWeights,
  selfAttention,
  selfAttentionWeights,
} from './attention/op';
export { beamStep } from './beamStep/op';
export { add, div, maximum, minimum, mul, sub } from './binary/op';
export { pow } from './binary/power';
export { mod } from './binary/remainder';
export { clip } from './clip/op';
export { concat } from './concat/op';
export { crossEntropyGrad } from './crossEntropy/grad';
export { crossEntropy, meanCrossEntropy } from './crossEntropy/op';
export { cumsum, productOfOthers } from './cumsum/op';
export { dropout } from './dropout/op';
export { embeddingGrad } from './embedding/grad';
export { embedding } from './embedding/op';
export { fill, scale, zerosLike } from './fill/op';
export { gather, take } from './gather/op';
export { normGradParameters, normGradX } from './layerNorm/grad';
export { layerNorm, rmsNorm } from './layerNorm/op';
export { matmul } from './matmul/op';
export { broadcastTo, oneHot } from './movement/expand';
export { pad, transpose } from './movement/op';
export { remap } from './movement/remap';
export { flip, slice } from './movement/slice';
export { adagrad } from './optimizer/adagrad';
export { adam, clipScale, sgd } from './optimizer/op';
export { rmsprop } from './optimizer/rmsprop';
export { sumSquares } from './optimizer/sumSquares';
export { pack, placeFlat } from './pack/op';
export { quantisedMatmul } from './quantised/op';
export { dequantiseRows } from './quantised/rows';
export { recurrenceBackward } from './recurrence/grad';
export { recurrence } from './recurrence/op';
export { recurrenceStep } from './recurrence/step';
export { recurrenceStepBackward } from './recurrence/stepGrad';
export { max, mean, prod, sum, sumTo } from './reduce/op';
export { rotary } from './rotary/op';
export { addGumbel, nucleus } from './sample/op';
export { scan } from './scan/op';
export { scatter } from './scatter/op';
export {
  and,
  cast,
  equal,
  greater,
  greaterEqual,
  isNaN,
  less,
  lessEqual,
  not,
  notEqual,
  or,
  where,
} from './select/op';
export { logSoftmax, softmax } from './softmax/op';
export { argsort, sort } from './sort/op';
export { takeRow } from './takeRow/op';
export {
  abs,
  erf,
  exp,
  floor,
  gelu,
  geluTanh,
  log,
  neg,
  relu,
  round,
  rsqrt,
  sigmoid,
  silu,
  softplus,
  sqrt,
  square,
  tanh,
} from './unary/op';
export { cos, sin } from './unary/sine';
export { increment, writeRows } from './update/op';
export { putRow } from './update/putRow';
export { reshape, view } from './view/op';
