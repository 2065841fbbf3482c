/** Recipes of ops by index, running sums and sorting. */
import type { Tensor } from 'qkv/graph';
import { type Builder, sameShape } from '../builder';
import type { Recipes } from './index';

/** A tensor of rank 1 or more, one of its axes, and indices for it, of which few are outside. */
function indexed(b: Builder): { readonly x: Tensor; readonly axis: number; readonly ids: Tensor } {
  const x = b.tensor(({ shape }) => shape.length > 0);
  const axis = b.axis(x);
  const from = b.f32(({ shape }) => shape.length === x.shape.length);
  const size = b.size(x.shape.at(axis));
  return { x, axis, ids: b.ids(from, size + b.below(3)) };
}

const sorted = (name: string) => (b: Builder) => {
  const x = b.tensor(({ shape, dtype }) => shape.length > 0 && dtype !== 'bool');
  b.calls(name, [x, { axis: b.axis(x), descending: b.flag() }]);
};

export const indexing: Recipes = {
  gather: (b) => {
    const { x, axis, ids } = indexed(b);
    b.call('gather', [x, ids, { axis }]);
  },
  scatter: (b) => {
    const { x, axis, ids } = indexed(b);
    const updates = b.tensor((t) => t.dtype === x.dtype && sameShape(t.shape, ids.shape));
    b.call('scatter', [x, ids, updates, { axis, mode: b.one(['set', 'add']) }]);
  },
  take: (b) => {
    const x = b.tensor(({ shape }) => shape.length > 0);
    const axis = b.axis(x);
    b.call('take', [x, b.ids(b.f32(), b.size(x.shape.at(axis)) + b.below(2)), { axis }]);
  },
  cumsum: (b) => {
    const x = b.tensor(({ shape, dtype }) => shape.length > 0 && dtype !== 'bool');
    b.call('cumsum', [x, { axis: b.axis(x), reverse: b.flag(), exclusive: b.flag() }]);
  },
  productOfOthers: (b) => {
    const x = b.ranked(1);
    const axis = b.axis(x);
    // Of more factors it would soon be too small for float32.
    if (b.size(x.shape.at(axis)) <= 20) b.call('productOfOthers', [x, axis]);
  },
  sort: sorted('sort'),
  argsort: sorted('argsort'),
};
