/** Recipes of attention: packed and separate inputs, masks, offsets, dropout, additive scores. */
import type { DType, Tensor } from 'qkv/graph';
import { type Builder, sameShape } from '../builder';
import type { Recipes } from './index';

function headsOf(b: Builder, x: Tensor): number {
  const size = b.size(x.shape[2]);
  return b.one([1, 2, 4, 3].filter((heads) => size % heads === 0));
}

/** Options that hide keys, of which any may be missing. */
function options(b: Builder, x: Tensor, keys: Tensor) {
  const perRow = () => b.call('mean', [keys, { axis: [1, 2] }]);
  return {
    heads: headsOf(b, x),
    causal: b.flag(),
    scale: b.one([undefined, 0.3]),
    keyLengths: b.flag() ? b.ids(perRow(), keys.shape[1] ?? 1) : undefined,
    keyPadding: b.below(3) === 1 ? padding(b, keys) : undefined,
    dropout:
      b.below(4) === 1
        ? { rate: 0.25, key: b.call('fill', [[1], b.below(50), 'i32']), stream: 3 }
        : undefined,
  };
}

function padding(b: Builder, keys: Tensor): Tensor {
  const rows = b.call('mean', [keys, { axis: -1 }]);
  return b.call('greater', [rows, b.call('fill', [[1], 0.3])]);
}

function limitPairs(b: Builder, q: Tensor, k: Tensor): void {
  b.limit(q.shape[0], q.shape[1], k.shape[1], q.shape[2]);
}

/** [B, S, any] with B of x. */
const beside = (b: Builder, x: Tensor) =>
  b.f32(({ shape }) => shape.length === 3 && sameShape(shape.slice(0, 1), x.shape.slice(0, 1)));

const likeKeys = (b: Builder, k: Tensor) => b.f32((t) => sameShape(t.shape, k.shape));

const self = (name: string) => (b: Builder) => {
  const x = b.ranked(3, 3);
  limitPairs(b, x, x);
  const qkv = b.call('concat', [[x, likeKeys(b, x), likeKeys(b, x)], -1]);
  b.calls(name, [qkv, options(b, x, x)]);
};

/** Queries, and keys of their batch and size. */
function queriesAndKeys(b: Builder): readonly [Tensor, Tensor] {
  const q = b.ranked(3, 3);
  const [batch, , size] = q.shape;
  const k = b.f32(
    ({ shape }) => shape.length === 3 && sameShape([shape[0], shape[2]], [batch, size]),
  );
  limitPairs(b, q, k);
  return [q, k];
}

const cross = (name: string) => (b: Builder) => {
  const [q, k] = queriesAndKeys(b);
  b.calls(name, [q, b.call('concat', [[k, likeKeys(b, k)], -1]), options(b, q, k)]);
};

/** Keys and values of their own sizes, a mask and a bias over the pairs of queries and keys. */
function separate(b: Builder): void {
  const [q, k] = queriesAndKeys(b);
  const hiding = options(b, q, k);
  const fits = ({ shape }: Tensor) =>
    shape.length === 3 && sameShape(shape.slice(0, 2), k.shape.slice(0, 2));
  const values = b.flag() ? likeKeys(b, k) : b.f32(fits);
  const pairs = [q.shape[1], k.shape[1]];
  const overPairs = (dtype: DType) =>
    b.flag() ? b.find((t) => t.dtype === dtype && sameShape(t.shape.slice(-2), pairs)) : undefined;
  const [mask, bias] = [overPairs('bool'), overPairs('f32')];
  b.calls('attention', [q, k, values, { ...hiding, mask, bias }]);
}

/** Neighbouring heads of queries that share one of keys and values. */
function grouped(b: Builder): void {
  const k = b.ranked(3, 3);
  limitPairs(b, k, k);
  const groups = b.one([2, 3]);
  const q = b.call('concat', [Array.from({ length: groups }, () => likeKeys(b, k)), -1]);
  const kvHeads = headsOf(b, k);
  const heads = groups * kvHeads;
  b.calls('attention', [q, k, likeKeys(b, k), { ...options(b, q, k), heads, kvHeads }]);
}

export const attention: Recipes = {
  selfAttention: self('selfAttention'),
  selfAttentionWeights: self('selfAttentionWeights'),
  crossAttention: cross('crossAttention'),
  crossAttentionWeights: cross('crossAttentionWeights'),
  attention: (b) => (b.below(3) === 1 ? grouped(b) : separate(b)),
  rotary: (b) => {
    const x = b.ranked(2);
    const size = b.size(x.shape.at(-1));
    const heads = b.one([1, 2, 4].filter((count) => size % (2 * count) === 0));
    const rows = b.size(x.shape.at(-2));
    const positions = b.flag()
      ? b.find((t) => t.dtype === 'i32' && sameShape(t.shape, [rows]))
      : undefined;
    const interleaved = b.flag();
    const offset = b.flag() ? b.call('fill', [[1], b.below(200), 'i32']) : undefined;
    b.call('rotary', [x, positions, { heads, interleaved, offset }]);
  },
  additiveAttention: (b) => {
    const keys = b.ranked(3, 3);
    const values = b.flag() ? likeKeys(b, keys) : beside(b, keys);
    if (!sameShape(values.shape.slice(0, 2), keys.shape.slice(0, 2))) return;
    b.limit(...keys.shape);
    const query = b.call('sum', [keys, { axis: 1 }]);
    const energy = b.call('mean', [keys, { axis: [0, 1] }]);
    const lengths = b.ids(b.call('mean', [query, { axis: -1 }]), keys.shape[1] ?? 1);
    b.calls('additiveAttention', [query, keys, energy, values, ...(b.flag() ? [lengths] : [])]);
  },
};
