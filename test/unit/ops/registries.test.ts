/** Every op that a folder defines has a reference, and a gradient or, written out, none. */
import { describe, expect, it } from 'vitest';
import { QkvError } from '../../../src/core/errors';
import { NdArray } from '../../../src/core/ndArray';
import { runReference } from '../../../src/graph/interpret';
import { apply } from '../../../src/graph/node';
import { defineOp, type Op } from '../../../src/graph/op';
import { defineOwnOp } from '../../../src/graph/ownOp';
import { pullback } from '../../../src/graph/pullback';
import { constantTensor } from '../../../src/graph/source';
import { ops } from '../../../src/ops';
import { gradientRules } from '../../../src/ops/gradients';
import { references } from '../../../src/ops/references';

const modules = import.meta.glob<Readonly<Record<string, unknown>>>(
  ['../../../src/ops/*/*.ts', '!**/cases.ts'],
  { eager: true },
);

const isOp = (value: unknown): value is Op =>
  typeof value === 'object' && value !== null && 'infer' in value && 'lowering' in value;

const defined = [...new Set(Object.values(modules).flatMap(Object.values).filter(isOp))];

const names = (list: Iterable<Op>) => [...list].map(({ name }) => name).toSorted();

it('every folder of an op has cases', () => {
  const folders = Object.keys(modules).filter((path) => path.endsWith('/op.ts'));
  const cases = Object.keys(import.meta.glob('../../../src/ops/*/cases.ts'));
  expect(folders.length).toBeGreaterThan(25);
  const missing = folders.filter((path) => !cases.includes(path.replace('/op.ts', '/cases.ts')));
  expect(missing).toEqual([]);
});

describe('the registries', () => {
  it('have every op that is defined, and its reference', () => {
    expect(defined.length).toBeGreaterThan(60);
    expect(names(references.keys())).toEqual(names(defined));
  });

  it('have a gradient of every op, or that it has none', () => {
    expect(names(gradientRules.keys())).toEqual(names(defined));
  });

  it('name no two ops alike', () => {
    expect(new Set(names(defined)).size).toBe(defined.length);
  });
});

describe('an op whose gradient has another type than its input', () => {
  const op = defineOwnOp({
    name: 'mistaken',
    infer: (inputs) => inputs,
    lowering: { kind: 'elementwise', expression: ([x = '']) => x },
    gradient: { rule: ({ ops: all, gradients: [dy] }) => [dy && all.sum(dy)] },
    reference: ({ inputs: [x], outputs: [y] }) => y?.data.set(x?.data ?? []),
  });

  it('is named, with both types', () => {
    const x = constantTensor(new NdArray([3]));
    const calculus = { ops, rules: gradientRules };
    const differentiate = () => pullback(calculus, [[apply(op, [x], {}), ops.fill([3], 1)]], [x]);
    expect(differentiate).toThrow(QkvError);
    expect(differentiate).toThrow('mistaken: its gradient for an input f32[3] is f32[]');
  });
});

describe('an op that is missing from a registry', () => {
  const op = defineOp({
    name: 'forgotten',
    infer: (inputs) => inputs,
    lowering: { kind: 'elementwise', expression: ([x = '']) => x },
  });
  const x = constantTensor(new NdArray([1]));
  const y = apply(op, [x], {});

  it('is named when it is differentiated', () => {
    const calculus = { ops, rules: gradientRules };
    const differentiate = () => pullback(calculus, [[y, ops.fill([1], 1)]], [x]);
    expect(differentiate).toThrow(QkvError);
    expect(differentiate).toThrow('forgotten is missing from ops/gradients.ts');
  });

  it('is named when it is computed in float64', () => {
    const compute = () => runReference(y.node, [new NdArray([1])], new Map(), references);
    expect(compute).toThrow(QkvError);
    expect(compute).toThrow('forgotten is missing from ops/references.ts');
  });
});
