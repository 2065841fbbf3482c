/** The fraction of a load, whatever its parts report. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LoadMeter, type LoadProgress } from '../../../src/tasks/loadProgress';

const stage = fc.constantFrom('download' as const, 'compile' as const, 'upload' as const);
const total = fc.option(fc.nat(1000), { nil: undefined });
const report = fc.tuple(stage, fc.nat(2000), total);

it('only grows, stays within 0 to 1, and is 1 once, at the end', () => {
  fc.assert(
    fc.property(fc.array(report), (reports) => {
      const seen: LoadProgress[] = [];
      const meter = new LoadMeter((progress) => seen.push(progress));
      for (const [name, done, of] of reports) meter.update(name, done, of);
      meter.finish('upload', 10);
      meter.ready();
      meter.update('compile', 1, 2);
      const fractions = seen.map(({ fraction }) => fraction);
      expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
      expect(fractions.every((fraction) => fraction >= 0)).toBe(true);
      expect(fractions.filter((fraction) => fraction >= 1)).toEqual([1]);
      expect(seen.at(-1)).toMatchObject({ stage: 'ready', done: 1, total: 1 });
    }),
  );
});

it('grows while a download of unknown size goes on', () => {
  const seen: number[] = [];
  const meter = new LoadMeter(({ fraction }) => seen.push(fraction));
  for (const done of [0, 1e5, 1e6, 1e7, 1e8]) meter.update('download', done, undefined);
  meter.finish('download', 1e8);
  expect(new Set(seen).size).toBe(6);
});

it('tells the bytes on the GPU from when they are known', () => {
  const seen: (number | undefined)[] = [];
  const meter = new LoadMeter(({ gpuBytes }) => seen.push(gpuBytes));
  meter.update('download', 1, 2);
  meter.planned(77);
  meter.update('compile', 1, 2);
  expect(seen).toEqual([undefined, 77, 77]);
});

it('says nothing after a load that ended early', () => {
  const seen: LoadProgress[] = [];
  const meter = new LoadMeter((progress) => seen.push(progress));
  meter.close();
  meter.update('download', 1, 2);
  meter.ready();
  expect(seen).toEqual([]);
});
