/** Recipes of ops that move elements: views, transposition, parts, joins, repetition. */
import type { Dim, Tensor } from 'qkv/graph';
import { type Builder, sameShape, Unfit } from '../builder';
import type { Recipes } from './index';

const any = (b: Builder) => b.tensor(() => true);
const ofRank = (b: Builder, least: number) => b.tensor(({ shape }) => shape.length >= least);

const isNumber = (d: Dim | undefined): d is number => typeof d === 'number';

/** A divisor of n other than 1 and n, if there is one. */
function divisor(b: Builder, n: number): number {
  const found = [2, 3, 4, 5, 8, 16, 64].filter((k) => k < n && n % k === 0);
  return b.one(found);
}

/** Another shape with as many elements. */
function otherShape(b: Builder, { shape }: Tensor): readonly Dim[] {
  const at = b.below(shape.length);
  const size = shape[at];
  switch (b.below(5)) {
    case 0:
      return [-1];
    case 1:
      return [...shape.slice(0, at), 1, ...shape.slice(at)];
    case 2: {
      // Two neighbouring axes as one.
      if (shape.length < 2) return [1, ...shape];
      const first = b.below(shape.length - 1);
      return [...shape.slice(0, first), -1, ...shape.slice(first + 2)];
    }
    case 3: {
      // An axis as two.
      const n = b.size(size);
      const k = divisor(b, n);
      return [...shape.slice(0, at), k, n / k, ...shape.slice(at + 1)];
    }
    default:
      return shape.filter((d) => d !== 1);
  }
}

/** A range of an axis: start, end and step. */
function range(b: Builder, size: Dim): readonly [Dim, Dim, number] {
  if (!isNumber(size) || size === 0) return [0, size, 1];
  const start = b.below(size);
  const end = start + 1 + b.below(size - start);
  if (b.flag()) return [0, size, 1];
  const step = b.one([1, 1, 2, 3, -1, -2]);
  return step > 0 ? [start, end, step] : [end - 1, start - 1, step];
}

export const movement: Recipes = {
  reshape: (b) => {
    const x = any(b);
    b.call('reshape', [x, otherShape(b, x)]);
  },
  view: (b) => {
    const x = b.tensor((t) => t.shape.every(isNumber) && elements(t) > 64);
    const offset = 64 * (1 + b.below(Math.floor((elements(x) - 1) / 64)));
    const count = 1 + b.below(elements(x) - offset);
    const k = b.flag() && count % 2 === 0 ? 2 : 1;
    b.call('view', [x, k === 1 ? [count] : [2, count / 2], offset]);
  },
  transpose: (b) => {
    const x = ofRank(b, 2);
    const rest = x.shape.map((_, i) => i);
    const order = x.shape.map(() => rest.splice(b.below(rest.length), 1)[0] ?? 0);
    b.call('transpose', [x, order]);
  },
  remap: (b) => {
    const x = ofRank(b, 1);
    const rest = x.shape.map((_, i) => i);
    const permutation = x.shape.map(() => rest.splice(b.below(rest.length), 1)[0] ?? 0);
    b.call('remap', [
      x,
      {
        permutation,
        starts: x.shape.map(() => b.one([0, 1, -2, 4])),
        shape: permutation.map((axis) => (b.flag() ? (x.shape[axis] ?? 1) : b.dim())),
        value: x.dtype === 'bool' ? 0 : b.one([0, 3]),
        steps: x.shape.map(() => b.one([1, 2, 1])),
        spreads: x.shape.map(() => b.one([1, 1, 3])),
      },
    ]);
  },
  slice: (b) => {
    const x = ofRank(b, 1);
    const ranges = x.shape.map((size) => range(b, size));
    const [starts, ends, steps] = [0, 1, 2].map((i) => ranges.map((part) => part[i]));
    b.call('slice', [x, { starts, ends, steps }]);
  },
  flip: (b) => {
    const x = any(b);
    b.call('flip', [x, x.shape.map((_, i) => i).filter(() => b.flag())]);
  },
  pad: (b) => {
    const x = b.tensor((t) => t.shape.length > 0 && t.dtype !== 'bool');
    const amounts = () => x.shape.map(() => b.one([0, 1, 0, 3]));
    b.call('pad', [x, { before: amounts(), after: amounts(), value: b.one([0, 2, -1]) }]);
  },
  concat: (b) => {
    const x = ofRank(b, 1);
    const axis = b.axis(x);
    const at = (axis + x.shape.length) % x.shape.length;
    const others = ({ shape }: Tensor) => shape.map((d, i) => (i === at ? 1 : d));
    const fits = (t: Tensor) => t.dtype === x.dtype && sameShape(others(t), others(x));
    b.call('concat', [[x, ...Array.from({ length: 1 + b.below(2) }, () => b.tensor(fits))], axis]);
  },
  broadcastTo: (b) => {
    const x = any(b);
    const shape = x.shape.map((d) => (d === 1 && b.flag() ? b.dim() : d));
    b.call('broadcastTo', [x, b.flag() ? [b.dim(), ...shape] : shape]);
  },
  oneHot: (b) => {
    const ids = b.tensor(({ dtype }) => dtype === 'i32');
    b.call('oneHot', [ids, b.dim()]);
  },
  pack: (b) => {
    const fits = (t: Tensor) => t.dtype === 'f32' && t.shape.every(isNumber) && elements(t) < 2000;
    const parts = Array.from({ length: 1 + b.below(3) }, () => b.tensor(fits));
    let end = 0;
    const offsets = parts.map((part) => {
      const offset = end + (b.below(4) === 1 ? 64 : 0);
      end = offset + Math.ceil(elements(part) / 64) * 64;
      return offset;
    });
    const arena = b.call('pack', [parts, offsets, end]);
    const which = b.below(parts.length);
    const part = parts[which];
    if (part !== undefined) b.call('view', [arena, part.shape, offsets[which]]);
  },
  placeFlat: (b) => {
    const x = b.f32(({ shape }) => shape.length === 1 && shape.every(isNumber));
    const offset = 64 * b.below(3);
    b.call('placeFlat', [x, offset + elements(x) + b.below(5), offset]);
  },
  takeRow: (b) => {
    const x = ofRank(b, 1);
    const row = b.call('fill', [[1], b.below(b.size(x.shape[0]) + 1), 'i32']);
    b.call('takeRow', [x, row]);
  },
};

function elements({ shape }: Tensor): number {
  return shape.reduce<number>((product, d) => {
    if (!isNumber(d)) throw new Unfit('a size that is no number');
    return product * d;
  }, 1);
}
