/** Every experiment at its small size: it measures, draws, reports, and takes up what it left. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPERIMENTS } from '../../experiments';
import type { Outcome, Run } from '../../experiments/lib/experiment';
import { keepStage } from '../../experiments/lib/stages';
import { renderSvg } from '../../tools/lib/charts';
import { useDevice } from '../support/device';
import { sampled } from '../support/sample';

const device = useDevice();
let folder = '';

// One folder for all: what one has trained serves the next.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qkv-experiments-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** @param whenComputed hears of every stage that is not taken from an earlier run */
function runOf(name: string, whenComputed: (stage: string) => void): Run {
  const { signal } = new AbortController();
  return {
    device: device(),
    size: 'small',
    seed: 1,
    folder,
    retrain: false,
    signal,
    stage: (stage, compute) =>
      keepStage(
        join(folder, name),
        stage,
        name,
        (report) => {
          whenComputed(stage);
          return compute(report);
        },
        signal,
      ),
  };
}

/** All numbers in plain data. */
function numbersIn(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}

describe.each(sampled(EXPERIMENTS, 3).map((experiment) => [experiment.name, experiment] as const))(
  'the experiment %s',
  (name, experiment) => {
    let first: Outcome | undefined;

    it('measures numbers, draws charts, reports', async () => {
      first = await experiment.perform(runOf(name, () => undefined));
      const { result, charts, report } = first;
      expect(numbersIn(result).length).toBeGreaterThan(3);
      expect(numbersIn(result).filter((value) => !Number.isFinite(value))).toEqual([]);
      // JSON has no NaN: it would come back as null.
      expect(JSON.parse(JSON.stringify(result))).toEqual(result);
      expect(Object.keys(charts).length).toBeGreaterThan(0);
      for (const [chart, data] of Object.entries(charts)) {
        expect(numbersIn(data).length, chart).toBeGreaterThan(0);
        expect(renderSvg(data), chart).toMatch(/^<svg.*<\/svg>$/s);
        expect(renderSvg(data), chart).not.toContain('NaN');
      }
      expect(report.split('\n').length).toBeGreaterThan(1);
    });

    it('takes up its stages, with the same result', async () => {
      const computed: string[] = [];
      const again = await experiment.perform(runOf(name, (stage) => computed.push(stage)));
      expect(computed).toEqual([]);
      expect(again).toEqual(first);
    });
  },
);
