/**
 * The gradient of every op, or the statement that it has none; each op's folder has one line. It stands apart
 * from the ops, so that only programs that differentiate carry it.
 */
import type { Gradients } from '../graph/gradient';
import { gradients as additiveAttention } from './additiveAttention/grad';
import { gradients as argmax } from './argmax/grad';
import { gradients as attention } from './attention/grad';
import { gradients as beamStep } from './beamStep/grad';
import { gradients as binary } from './binary/grad';
import { gradients as clip } from './clip/grad';
import { gradients as concat } from './concat/grad';
import { gradients as copy } from './copy/grad';
import { gradients as crossEntropy } from './crossEntropy/grad';
import { gradients as cumsum } from './cumsum/grad';
import { gradients as dropout } from './dropout/grad';
import { gradients as embedding } from './embedding/grad';
import { gradients as fill } from './fill/grad';
import { gradients as gather } from './gather/grad';
import { gradients as layerNorm } from './layerNorm/grad';
import { gradients as matmul } from './matmul/grad';
import { gradients as movement } from './movement/grad';
import { gradients as optimizer } from './optimizer/grad';
import { gradients as pack } from './pack/grad';
import { gradients as quantised } from './quantised/grad';
import { gradients as recurrence } from './recurrence/grad';
import { gradients as reduce } from './reduce/grad';
import { gradients as rotary } from './rotary/grad';
import { gradients as sample } from './sample/grad';
import { gradients as scan } from './scan/grad';
import { gradients as scatter } from './scatter/grad';
import { gradients as select } from './select/grad';
import { gradients as softmax } from './softmax/grad';
import { gradients as sort } from './sort/grad';
import { gradients as takeRow } from './takeRow/grad';
import { gradients as unary } from './unary/grad';
import { gradients as update } from './update/grad';
import { gradients as view } from './view/grad';

export const gradientRules: Gradients = new Map([
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
