/** The registry: every op, and the op set that gradient rules and models use. One line an op. */
import type { OpSet } from '../graph/op';
import { attendBackward, scoresBackward } from './additiveAttention/grad';
import * as additiveAttention from './additiveAttention/op';
import * as argmax from './argmax/op';
import * as topK from './argmax/topK';
import { attentionGrad } from './attention/grad';
import * as attention from './attention/op';
import * as beamStep from './beamStep/op';
import * as binary from './binary/op';
import * as concat from './concat/op';
import { crossEntropyGrad } from './crossEntropy/grad';
import * as crossEntropy from './crossEntropy/op';
import * as dropout from './dropout/op';
import { embeddingGrad } from './embedding/grad';
import * as embedding from './embedding/op';
import * as fill from './fill/op';
import { normGradParameters, normGradX } from './layerNorm/grad';
import * as layerNorm from './layerNorm/op';
import * as matmul from './matmul/op';
import * as movement from './movement/op';
import * as optimizer from './optimizer/op';
import * as pack from './pack/op';
import * as packed from './packed/op';
import * as packedRows from './packed/rows';
import { recurrenceBackward, recurrenceStepBackward } from './recurrence/grad';
import * as recurrence from './recurrence/op';
import * as reduce from './reduce/op';
import * as rotary from './rotary/op';
import * as sample from './sample/op';
import * as scan from './scan/op';
import * as select from './select/op';
import * as softmax from './softmax/op';
import * as takeRow from './takeRow/op';
import * as unary from './unary/op';
import * as update from './update/op';
import * as view from './view/op';

/** All op functions by name. */
export const ops: OpSet = {
  ...additiveAttention,
  attendBackward,
  scoresBackward,
  ...argmax,
  ...topK,
  ...attention,
  attentionGrad,
  ...beamStep,
  ...binary,
  ...concat,
  ...crossEntropy,
  crossEntropyGrad,
  ...dropout,
  ...embedding,
  embeddingGrad,
  ...fill,
  ...layerNorm,
  normGradParameters,
  normGradX,
  ...matmul,
  ...movement,
  ...optimizer,
  ...pack,
  ...packed,
  ...packedRows,
  ...recurrence,
  recurrenceBackward,
  recurrenceStepBackward,
  ...reduce,
  ...rotary,
  ...sample,
  ...scan,
  ...select,
  ...softmax,
  ...takeRow,
  ...unary,
  ...update,
  ...view,
};
