/** Which product a shape gets without tuning: one that runs, and that is worth its compilation. */
import { describe, expect, it } from 'vitest';
import { defined } from '../../../src/core/errors';
import { startupFor } from '../../../src/graph/startup';
import { suitableVariants } from '../../../src/ops/matmul/candidates';
import { chooseMatmul } from '../../../src/ops/matmul/choose';
import type {
  MatmulLayout,
  MatmulShape,
  MatmulTarget,
  MatmulVariant,
} from '../../../src/ops/matmul/variant';
import { matmulVariants } from '../../../src/ops/matmul/variants';

const GPU: MatmulTarget = {
  subgroups: true,
  subgroupMinSize: 32,
  subgroupMaxSize: 32,
  software: false,
  cores: 2,
  workgroupMemory: 16384,
};
const SWIFTSHADER: MatmulTarget = {
  subgroups: true,
  subgroupMinSize: 4,
  subgroupMaxSize: 4,
  software: true,
  cores: 2,
  workgroupMemory: 16384,
};
const PLAIN: MatmulTarget = { ...SWIFTSHADER, subgroups: false };

const SIZES = [1, 2, 5, 16, 64, 129, 512] as const;
const SHAPES = SIZES.flatMap((m) =>
  SIZES.flatMap((n) => [1, 64, 300].map((k) => ({ m, n, k, batch: 1 }))),
);

/** The first of all kernels. */
function first(shape: MatmulShape, target: MatmulTarget): MatmulVariant {
  return defined(suitableVariants(shape, LINEAR, target)[0], 'candidate');
}

const LINEAR: MatmulLayout = {
  transposeA: false,
  transposeB: true,
  aligned: { m: false, n: true, k: true },
};
const LAYOUTS: readonly MatmulLayout[] = [
  LINEAR,
  { ...LINEAR, transposeB: false },
  { ...LINEAR, aligned: { m: false, n: false, k: false } },
];

describe('the choice of a product', () => {
  it.each([
    ['a GPU', GPU],
    ['SwiftShader', SWIFTSHADER],
    ['a software adapter without subgroups', PLAIN],
  ])('runs on %s, and is one of the candidates', (_, target) => {
    for (const [shape, layout] of SHAPES.flatMap((one) =>
      LAYOUTS.map((two) => [one, two] as const),
    )) {
      const candidates = suitableVariants(shape, layout, target);
      const unmeasured = chooseMatmul(shape, layout, target);
      const same = matmulVariants.filter(({ name }) => name === unmeasured.name);
      expect(same.map(({ fits, usable }) => fits(layout) && usable(target))).toEqual([true]);
      expect(Math.min(...unmeasured.grid(shape, target))).toBeGreaterThan(0);
      for (const { fits } of candidates) expect(fits(layout)).toBe(true);
      expect(new Set(candidates).size).toBe(candidates.length);
      for (const { usable } of candidates) expect(usable(target)).toBe(true);
      for (const { grid } of candidates)
        expect(Math.min(...grid(shape, target))).toBeGreaterThan(0);
    }
  });

  it('compiles at once for a quick start, decoding excepted, which repeats every token', () => {
    const target = { ...SWIFTSHADER, startup: 'quick' } as const;
    for (const shape of SHAPES.filter(({ m }) => m > 2)) {
      for (const { needsSubgroups } of suitableVariants(shape, LINEAR, target)) {
        expect(needsSubgroups).toBe(false);
      }
    }
  });

  it('measures nothing that is for few rows where there are many, but the naive kernel', () => {
    const names = suitableVariants({ m: 512, n: 512, k: 512, batch: 1 }, LINEAR, SWIFTSHADER).map(
      ({ name }) => name,
    );
    expect(names).toContain('plain 1x1');
    expect(names.filter((name) => /^rows|^split| 1x/.test(name))).toEqual(['plain 1x1']);
  });

  it('takes tiles of which a GPU has enough', () => {
    const square = (size: number) => ({ m: size, n: size, k: size, batch: 1 });
    expect(first(square(512), GPU).name).toBe('shared 4x4 padded');
    expect(first(square(2048), GPU).name).toBe('shared 4x4 wide');
  });

  it('divides long sums on a GPU where there are few results', () => {
    expect(first({ m: 64, n: 64, k: 2048, batch: 1 }, GPU).name).toBe('shared 4x4 split');
    expect(first({ m: 64, n: 64, k: 64, batch: 1 }, GPU).name).toBe('shared 4x4 padded');
  });

  it.each([1, 2, 3, 8])('divides the rows so that all of %i cores have work', (cores) => {
    const target = { ...SWIFTSHADER, cores, startup: 'thorough' } as const;
    for (const n of [32, 96, 128, 144, 1000]) {
      const shape = { m: 2048, n, k: 128, batch: 1 };
      const [x, y] = first(shape, target).grid(shape, target);
      const turns = (x * y) / cores;
      expect(turns / Math.ceil(turns)).toBeGreaterThanOrEqual(7 / 8);
    }
  });

  it('holds B where there are many rows, more of it for long use', () => {
    const shape = { m: 512, n: 128, k: 128, batch: 1 };
    expect(first(shape, SWIFTSHADER).name).toBe('stationary 64');
    const long = { ...SWIFTSHADER, startup: 'thorough' } as const;
    expect(first(shape, long).name).toBe('stationary 128');
    expect(first({ ...shape, m: 32 }, long).name).toBe('subgroup 32x8');
  });

  it('holds B in subgroups of eight lanes too, as lavapipe has them', () => {
    const lavapipe = { ...SWIFTSHADER, subgroupMinSize: 8, subgroupMaxSize: 8 };
    const shape = { m: 512, n: 128, k: 128, batch: 1 };
    expect(first(shape, lavapipe).name).toBe('stationary 48 by 8');
    expect(first({ ...shape, m: 32 }, lavapipe).name).toBe('tile 4x4');
    expect(first(shape, { ...lavapipe, startup: 'quick' }).name).not.toMatch(/stationary/);
  });
});

it('more runs are worth more compilation', () => {
  expect([1, 200, 5000].map(startupFor)).toEqual(['quick', 'balanced', 'thorough']);
});
