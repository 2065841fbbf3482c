/**
 * The float64 reference of every op; each op's folder has one line. It stands apart from the ops, so that only
 * programs that compute in float64 carry it.
 */
import type { References } from '../graph/reference';
import { references as additiveAttention } from './additiveAttention/reference';
import { references as argmax } from './argmax/reference';
import { references as attention } from './attention/reference';
import { references as beamStep } from './beamStep/reference';
import { references as binary } from './binary/reference';
import { references as clip } from './clip/reference';
import { references as concat } from './concat/reference';
import { references as copy } from './copy/reference';
import { references as crossEntropy } from './crossEntropy/reference';
import { references as cumsum } from './cumsum/reference';
import { references as dropout } from './dropout/reference';
import { references as embedding } from './embedding/reference';
import { references as fill } from './fill/reference';
import { references as gather } from './gather/reference';
import { references as layerNorm } from './layerNorm/reference';
import { references as matmul } from './matmul/reference';
import { references as movement } from './movement/reference';
import { references as optimizer } from './optimizer/reference';
import { references as pack } from './pack/reference';
import { references as quantised } from './quantised/reference';
import { references as recurrence } from './recurrence/reference';
import { references as reduce } from './reduce/reference';
import { references as rotary } from './rotary/reference';
import { references as sample } from './sample/reference';
import { references as scan } from './scan/reference';
import { references as scatter } from './scatter/reference';
import { references as select } from './select/reference';
import { references as softmax } from './softmax/reference';
import { references as sort } from './sort/reference';
import { references as takeRow } from './takeRow/reference';
import { references as unary } from './unary/reference';
import { references as update } from './update/reference';
import { references as view } from './view/reference';

/** The references of the library's ops. */
export const references: References = new Map([
  ...additiveAttention,
  ...argmax,
  ...attention,
  ...beamStep,
  ...binary,
  ...clip,
  ...concat,
  ...copy,
  ...crossEntropy,
  ...cumsum,
  ...dropout,
  ...embedding,
  ...fill,
  ...gather,
  ...layerNorm,
  ...matmul,
  ...movement,
  ...optimizer,
  ...pack,
  ...quantised,
  ...recurrence,
  ...reduce,
  ...rotary,
  ...sample,
  ...scan,
  ...scatter,
  ...select,
  ...softmax,
  ...sort,
  ...takeRow,
  ...unary,
  ...update,
  ...view,
]);
