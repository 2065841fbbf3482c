/** Choosing between candidates: measured before first, never rejected, the same for the same data. */
import { describe, expect, it } from 'vitest';
import { kernelKey } from '../../../shaders/lib/kernel';
import { compileGraph } from '../../../src/compiler/compile';
import { lowerPlan } from '../../../src/compiler/dispatch/lower';
import { dim } from '../../../src/core/dim';
import { DeviceError } from '../../../src/core/errors';
import { type CandidateSet, choose, powerOfTwo, sizeClass } from '../../../src/graph/choice';
import { trace } from '../../../src/graph/graph';
import type { Target } from '../../../src/graph/target';
import { ops } from '../../../src/ops';
import { allKernels } from '../../../src/ops/kernels';

const target: Target = {
  subgroups: false,
  subgroupMinSize: 4,
  subgroupMaxSize: 128,
  workgroupMemory: 16384,
  shaderF16: false,
  software: false,
  cores: 2,
};
const set: CandidateSet<number> = {
  family: 'product',
  shape: 'm8',
  candidates: new Map([
    ['first', 1],
    ['second', 2],
    ['third', 3],
  ]),
};
const tuned = (candidate: string, shapeClass = 'product m8'): Target => ({
  ...target,
  choices: new Map([[shapeClass, candidate]]),
});

describe('choose', () => {
  it('takes the first where nothing was measured, and tells what there was to choose from', () => {
    expect(choose(set, target)).toEqual({
      value: 1,
      choice: {
        family: 'product',
        shapeClass: 'product m8',
        candidates: ['first', 'second', 'third'],
        chosen: 'first',
      },
    });
  });

  it('takes what was measured, in its class only', () => {
    expect(choose(set, tuned('third')).value).toBe(3);
    expect(choose({ ...set, shape: 'm16' }, tuned('third')).value).toBe(1);
    expect(choose({ ...set, family: 'sum' }, tuned('third')).value).toBe(1);
  });

  it('ignores a measured candidate that is not offered', () => {
    expect(choose(set, tuned('gone')).value).toBe(1);
  });

  it('measures apart what is chosen for a quick start', () => {
    expect(choose(set, { ...tuned('third'), startup: 'quick' }).value).toBe(1);
    const quick = { ...tuned('third', 'product m8 quick'), startup: 'quick' } as const;
    expect(choose(set, quick).value).toBe(3);
  });

  it('never takes a rejected candidate, measured or not', () => {
    const rejected = new Set(['product: first', 'product: third', 'sum: second']);
    const { value, choice } = choose(set, { ...tuned('third'), rejected });
    expect(value).toBe(2);
    expect(choice.candidates).toEqual(['second']);
  });

  it('fails with what to do where all are rejected', () => {
    const rejected = new Set([...set.candidates.keys()].map((name) => `product: ${name}`));
    const all = () => choose(set, { ...target, rejected });
    expect(all).toThrow(DeviceError);
    expect(all).toThrow(/product: .*first, second, third failed the self-check; update/);
  });
});

describe('classes of sizes', () => {
  it('round bounds up to powers of two', () => {
    expect([0, 1, 2, 3, 64, 65].map(powerOfTwo)).toEqual([0, 1, 2, 4, 64, 128]);
    expect(sizeClass({ m: dim('T', 30), n: 100, k: 1 })).toBe('m32 n128 k1');
  });
});

describe('a lowered plan', () => {
  const plan = compileGraph(
    trace((inputs) => ({ outputs: { y: ops.matmul(inputs('a'), inputs('b')) } }), {
      inputs: {
        a: { dtype: 'f32', shape: [100, 64] },
        b: { dtype: 'f32', shape: [64, 100] },
      },
    }),
  );
  const lowered = (on: Target) => {
    const [dispatch] = lowerPlan(plan, { ...on, kernels: allKernels });
    if (dispatch === undefined) throw new Error('no dispatch');
    const { kernel, spec, choices } = dispatch;
    return { choice: choices[0], key: kernelKey(kernel, spec) };
  };

  it('says what it chose, and follows a measurement', () => {
    const { choice } = lowered(target);
    if (choice === undefined) throw new Error('no choice');
    expect(choice.family).toBe('matmul');
    expect(choice.chosen).toBe(choice.candidates[0]);
    expect(choice.candidates.length).toBeGreaterThan(2);
    const all = choice.candidates.map((name) => lowered(tuned(name, choice.shapeClass)));
    expect(all.map((one) => one.choice?.chosen)).toEqual(choice.candidates);
    expect(new Set(all.map(({ key }) => key)).size).toBe(choice.candidates.length);
  });

  it('has one kernel where no others were handed in', () => {
    const [dispatch] = lowerPlan(plan, target);
    expect(dispatch?.choices).toEqual([]);
    expect(dispatch?.kernel.name).toBe('matmulPlain');
  });

  it('offers the naive kernel everywhere, and subgroup kernels only where they run', () => {
    const quads = { ...target, subgroups: true, subgroupMaxSize: 4 };
    const names = (on: Target) => lowered(on).choice?.candidates ?? [];
    expect(names(target)).toContain('plain 1x1');
    expect(names(target).some((name) => name.startsWith('subgroup'))).toBe(false);
    expect(names(quads).some((name) => name.startsWith('subgroup'))).toBe(true);
  });
});
