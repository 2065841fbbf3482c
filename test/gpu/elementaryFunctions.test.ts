/**
 * sin, cos, pow and mod over all of f32, in units in the last place: the cases of the ops measure errors
 * against the largest result, which hides those of small ones.
 */

import { random } from 'qkv/cpu';
import { compileGraph, ops, Program, StateStore, type Tensor, trace } from 'qkv/graph';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';

const device = useDevice();
const COUNT = 2 ** 15;
const LEAST_NORMAL = 2 ** -126;
const OVERFLOW = 2 ** 128;

type Values = Float32Array<ArrayBuffer>;

const source = random(20);
const bitsFrom = (next: () => number): Values =>
  new Float32Array(Uint32Array.from({ length: COUNT }, next).buffer);
const uniform = (low: number, high: number) => low + (high - low) * source.next();

/** Normal numbers of either sign and every exponent. */
const everywhere = () =>
  bitsFrom(() => {
    const exponent = Math.floor(uniform(1, 255));
    return (2 ** 31 * Math.floor(uniform(0, 2)) + 2 ** 23 * exponent + uniform(0, 2 ** 23)) >>> 0;
  });

async function compute(
  build: (...inputs: readonly Tensor[]) => Tensor,
  ...inputs: readonly Values[]
): Promise<ArrayLike<number>> {
  const names = inputs.map((_, i) => `x${i}`);
  const type = { dtype: 'f32', shape: [COUNT] } as const;
  const graph = trace((lookup) => ({ outputs: { y: build(...names.map(lookup)) } }), {
    inputs: Object.fromEntries(names.map((name) => [name, type])),
  });
  const states = new StateStore(device());
  const program = await Program.create(device(), compileGraph(graph), states);
  program.run(
    Object.fromEntries(inputs.map((data, i) => [`x${i}`, { shape: [COUNT], data }] as const)),
  );
  const { y } = await program.read('y');
  program.dispose();
  states.dispose();
  return y.data;
}

/** Units in the last place of f32 between a result and the exact value. */
function ulps(got: number, want: number): number {
  const exponent = Math.floor(Math.log2(Math.max(Math.abs(want), LEAST_NORMAL)));
  return Math.abs(got - want) / 2 ** (exponent - 23);
}

/** The worst difference, and what it is of. */
function worst(got: ArrayLike<number>, want: readonly number[], inputs: readonly Values[]) {
  let found = { ulps: 0, of: '' };
  want.forEach((value, i) => {
    const difference = ulps(got[i]!, value);
    if (!(difference <= found.ulps)) {
      const of = `${inputs.map((x) => x[i])} gave ${got[i]}, expected ${value}`;
      found = { ulps: difference, of };
    }
  });
  return found;
}

describe('sine and cosine', () => {
  for (const [name, build, exact] of [
    ['sin', ops.sin, Math.sin],
    ['cos', ops.cos, Math.cos],
  ] as const) {
    it(`${name} is within 3 ULP of every size of angle, and never beyond 1`, async () => {
      for (const x of [everywhere(), Float32Array.from({ length: COUNT }, () => uniform(-9, 9))]) {
        const got = await compute(build, x);
        const { ulps: most, of } = worst(got, Array.from(x, exact), [x]);
        expect(most, of).toBeLessThan(3);
        expect(Math.max(...Array.from(got, Math.abs))).toBeLessThanOrEqual(1);
      }
    });
  }

  it('are odd and even to the bit', async () => {
    const x = everywhere();
    const opposite = x.map((value) => -value);
    const [sine, back] = [await compute(ops.sin, x), await compute(ops.sin, opposite)];
    expect(Array.from(back, (value) => -value)).toEqual(Array.from(sine));
    const [cosine, same] = [await compute(ops.cos, x), await compute(ops.cos, opposite)];
    expect(Array.from(same)).toEqual(Array.from(cosine));
  });
});

describe('powers', () => {
  const exponents = (bases: Values, most: number) =>
    bases.map((base) => uniform(-most, most) / (Math.log2(Math.abs(base)) || 1));
  const bases: Readonly<Record<string, () => Values>> = {
    'any base': () => everywhere().map(Math.abs),
    'bases round 1': () => bitsFrom(() => 0x3f800000 + Math.floor(uniform(-(2 ** 20), 2 ** 20))),
  };
  for (const [what, make] of Object.entries(bases)) {
    it(`of ${what} are within 3 ULP, and infinite where they overflow`, async () => {
      for (const most of [1, 20, 140]) {
        const a = make();
        const b = exponents(a, most);
        const got = await compute((x, y) => ops.pow(x!, y!), a, b);
        const want = Array.from(a, (base, i) => base ** b[i]!);
        const normal = want.map((value, i) =>
          value < 2 * LEAST_NORMAL || value > OVERFLOW / 1.001 ? got[i]! : value,
        );
        const { ulps: most3, of } = worst(got, normal, [a, b]);
        expect(most3, of).toBeLessThan(3);
        want.forEach((value, i) => {
          if (value > OVERFLOW) expect(got[i]).toBe(Number.POSITIVE_INFINITY);
          if (value < LEAST_NORMAL) expect(got[i]).toBeLessThanOrEqual(2 * LEAST_NORMAL);
        });
      }
    });
  }

  it('of 1, and to 0 and 1, are exact', async () => {
    const x = everywhere();
    const constant = (value: number) => new Float32Array(COUNT).fill(value);
    const power = (a: Values, b: Values) => compute((p, q) => ops.pow(p!, q!), a, b);
    expect(Array.from(await power(constant(1), x))).toEqual(Array.from(constant(1)));
    expect(Array.from(await power(x, constant(0)))).toEqual(Array.from(constant(1)));
    expect(Array.from(await power(x, constant(1)))).toEqual(Array.from(x));
  });
});

describe('remainders', () => {
  it('are exact where the signs agree, else rounded once, for quotients of any size', async () => {
    const [a, b] = [everywhere(), everywhere()];
    const got = await compute((x, y) => ops.mod(x!, y!), a, b);
    const flushes = (value: number) => Math.abs(value) < LEAST_NORMAL;
    const want = Array.from(a, (dividend, i) => {
      const rest = dividend % b[i]!;
      const exact = rest < 0 === b[i]! < 0 ? rest : rest + b[i]!;
      return flushes(rest) || flushes(exact) ? got[i]! : Math.fround(exact);
    });
    expect(worst(got, want, [a, b])).toEqual({ ulps: 0, of: '' });
  });
});
