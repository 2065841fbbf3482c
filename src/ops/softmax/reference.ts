/** Float64 references of softmax, log-softmax and their gradients. */
import { forEachIndex, type NdArray } from '../../core/ndArray';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { SoftmaxAttrs, SoftmaxName } from './attrs';
import { logSoftmaxGradOp, softmaxGradOp } from './grad';
import { logSoftmaxOp, softmaxOp } from './op';

/** Values below are masked. */
const HIDDEN_BELOW = -3e38;

/** Calls f with the flat indices of each line of an array along an axis. */
function eachLine(array: NdArray, axis: number, f: (line: readonly number[]) => void): void {
  const lines = new Map<string, number[]>();
  forEachIndex(array.shape, (index, flat) => {
    const key = index.map((at, i) => (i === axis ? '*' : at)).join();
    const line = lines.get(key);
    if (line === undefined) lines.set(key, [flat]);
    else line.push(flat);
  });
  for (const line of lines.values()) f(line);
}

function softmaxReference(name: SoftmaxName, call: ReferenceCall<SoftmaxAttrs, 1, 1>): void {
  const [x] = call.inputs;
  const [y] = call.outputs;
  eachLine(x, call.attrs.axis, (line) => {
    const kept = line.filter((i) => x.flat(i) > HIDDEN_BELOW);
    const top = kept.reduce((high, i) => Math.max(high, x.flat(i)), Number.NEGATIVE_INFINITY);
    const total = kept.reduce((sum, i) => sum + Math.exp(x.flat(i) - top), 0);
    if (name === 'logSoftmax') for (const i of line) y.data[i] = -3.4028234e38;
    for (const i of kept) {
      const d = x.flat(i) - top;
      y.data[i] = name === 'softmax' ? Math.exp(d) / total : d - Math.log(total);
    }
  });
}

function softmaxGradReference(name: SoftmaxName, call: ReferenceCall<SoftmaxAttrs, 2, 1>): void {
  const [y, dy] = call.inputs;
  const [dx] = call.outputs;
  eachLine(y, call.attrs.axis, (line) => {
    const kept = line.filter((i) => y.flat(i) > HIDDEN_BELOW);
    const probability = (i: number) => (name === 'softmax' ? y.flat(i) : Math.exp(y.flat(i)));
    if (name === 'softmax') {
      const total = kept.reduce((sum, i) => sum + probability(i) * dy.flat(i), 0);
      for (const i of kept) dx.data[i] = probability(i) * (dy.flat(i) - total);
    } else {
      const total = kept.reduce((sum, i) => sum + dy.flat(i), 0);
      for (const i of kept) dx.data[i] = dy.flat(i) - probability(i) * total;
    }
  });
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(softmaxOp, (call) => softmaxReference('softmax', call)),
  referenceOf(logSoftmaxOp, (call) => softmaxReference('logSoftmax', call)),
  referenceOf(softmaxGradOp, (call) => softmaxGradReference('softmax', call)),
  referenceOf(logSoftmaxGradOp, (call) => softmaxGradReference('logSoftmax', call)),
];
