/** The examples run and do what they say, in as few lines as they promise. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { trainMlp } from '../../examples/mlp';
import { trainAttention } from '../../examples/ownAttention';
import { trainCell } from '../../examples/ownCell';
import { continueDigits } from '../../examples/ownDecoding';
import { fitLine } from '../../examples/ownOptimizer';
import { useDevice } from '../support/device';
import { ROOT } from '../support/sourceScan';

const device = useDevice();

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('the example', () => {
  it.each([
    ['mlp', 25],
    ['ownAttention', 39],
    ['ownCell', 39],
    ['ownOptimizer', 39],
    ['ownDecoding', 39],
  ])('%s has at most %i lines of code, imports included', (name, most) => {
    const lines = readFileSync(join(ROOT, `examples/${name}.ts`), 'utf8').split('\n');
    const isCode = (line: string) => !/^\s*(\/\/|\/?\*|$)/.test(line);
    expect(lines.filter(isCode).length).toBeLessThanOrEqual(most);
  });

  it('mlp learns where the circle is', async () => {
    const { logits, loss } = await trainMlp(device());
    expect(loss).toBeLessThan(0.2);
    expect(logits.shape).toEqual([2, 2]);
    const [outsideOfCentre = 0, insideOfCentre = 0, outside = 0, inside = 0] = logits.data;
    expect(insideOfCentre).toBeGreaterThan(outsideOfCentre);
    expect(outside).toBeGreaterThan(inside);
    expect(device().liveBuffers).toBe(0);
  });

  it('ownAttention learns to look at the first vector', async () => {
    const value = (b: number, t: number, i: number) => Math.sin(7 * b + 3 * t + i * i);
    const range = (n: number) => Array.from({ length: n }, (_, i) => i);
    const x = range(4).map((b) => range(6).map((t) => range(8).map((i) => value(b, t, i))));
    const { losses, y } = await trainAttention(device(), x);
    expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]!);
    expect(y.shape).toEqual([4, 6, 8]);
    expect(device().liveBuffers).toBe(0);
  });

  it('ownCell learns to add', async () => {
    const x = Array.from({ length: 32 }, (_, b) =>
      Array.from({ length: 5 }, (_, t) => Math.sin(11 * b + t)),
    );
    const losses = await trainCell(device(), x, 150);
    expect(mean(losses.slice(-5))).toBeLessThan(0.1 * mean(losses.slice(0, 5)));
    expect(device().liveBuffers).toBe(0);
  });

  it('ownOptimizer fits a line', async () => {
    const x = Array.from({ length: 32 }, (_, i) => i / 16 - 1);
    const { losses, slope, shift } = await fitLine(
      device(),
      x,
      x.map((value) => 2 * value - 0.5),
    );
    expect(losses.at(-1)).toBeLessThan(1e-3);
    expect(slope).toBeCloseTo(2, 1);
    expect(shift).toBeCloseTo(-0.5, 1);
  });

  it("ownDecoding continues Fibonacci's digits", async () => {
    const fibonacci = [1, 1];
    while (fibonacci.length < 18) fibonacci.push((fibonacci.at(-1)! + fibonacci.at(-2)!) % 10);
    expect(await continueDigits(device(), [1, 1])).toEqual(fibonacci.slice(2));
    expect(device().liveBuffers).toBe(0);
  });
});
