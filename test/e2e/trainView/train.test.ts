/** The view of training in headless Chrome: a run that is interrupted goes on bit by bit. */
import { beforeAll, describe, expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import { phoneWidth } from '../../support/figure';
import { type OpenPage, useSite } from '../../support/site';
import {
  afterStep,
  inState,
  numberAt,
  press,
  QUICK,
  type SavedRun,
  savedBytes,
  savedRun,
  startRun,
  trainAddress,
  trainReady,
} from '../../support/trainView';

describe('a tiny transformer', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  let [interrupted, whole]: SavedRun[] = [];
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    opened = await site.open(undefined, trainAddress(QUICK));
  });

  it('learns, is paused, and goes on after a reload', async () => {
    const { page, errors } = shown();
    await startRun(page);
    await afterStep(page, 1);
    await press(page, 'pause');
    await inState(page, 'paused');
    const paused = await numberAt(page, '.run', 'step');
    expect(paused).toBeLessThan(Number(QUICK.steps));
    await page.reload();
    await inState(page, 'paused');
    expect(await numberAt(page, '.run', 'step')).toBe(paused);
    await press(page, 'resume');
    await inState(page, 'done');
    interrupted = await savedRun(page);
    const { losses, log } = interrupted;
    expect(losses).toHaveLength(Number(QUICK.steps));
    expect(log.looks.map(({ step }) => step)).toEqual([16, 32, 48]);
    expect(defined(log.looks.at(-1), 'look').loss).toBeLessThan(log.baseline);
    expect(errors).toEqual([]);
  });

  it('has the losses of a run without interruption, to the bit', async () => {
    const { page, errors } = shown();
    await startRun(page);
    await page.waitForFunction(() => document.querySelectorAll('[data-kept]').length === 2);
    await inState(page, 'done');
    whole = await savedRun(page);
    expect(whole.losses).toEqual(defined(interrupted, 'first run').losses);
    expect(whole.log.looks).toEqual(defined(interrupted, 'first run').log.looks);
    expect(errors).toEqual([]);
  });

  it('takes as much memory as was predicted', async () => {
    const { page } = shown();
    await trainReady(page);
    const predicted = await numberAt(page, '.needs .figures', 'bytes');
    const live = await numberAt(page, '.run', 'bytes');
    expect(Math.abs(predicted / live - 1)).toBeLessThan(0.05);
  });

  it('shows what the reports say, and both runs in one chart', async () => {
    const { page } = shown();
    const { losses, log } = defined(whole, 'second run');
    expect(await numberAt(page, '.run-figures', 'loss')).toBe(losses.at(-1));
    expect(await numberAt(page, '.run-figures', 'norm')).toBe(log.norms.at(-1));
    const text = await page.$eval('.run-figures', (one) => one.textContent ?? '');
    expect(text).toContain(defined(losses.at(-1), 'loss').toFixed(3));
    const csv = new TextDecoder().decode(await savedBytes(page, '[data-save="curves"]'));
    const [head = '', ...lines] = csv.trim().split('\n');
    expect(head.match(/training/gu)).toHaveLength(2);
    // With at most 200 steps, each has a place of its own.
    const column = (index: number) => lines.map((line) => Number(line.split(',')[index]));
    const names = [...head.matchAll(/"([^"]*)"/gu)].map(([, name = '']) => name);
    const cells = lines.map((line) => line.split(','));
    expect(cells.map(([step]) => Number(step))).toEqual(losses.map((_, i) => i + 1));
    names.forEach((name, i) => {
      if (name.includes('training')) expect(column(i + 1)).toEqual(losses);
      if (name.includes('counts')) expect(new Set(column(i + 1))).toEqual(new Set([log.baseline]));
    });
    await page.hover('.chart .u-over');
    const read = await page.$$eval('.chart .u-legend .u-series', (rows) =>
      rows.map((row) => row.textContent ?? ''),
    );
    const training = read.filter((one) => one.includes('training:') || one.includes('training'));
    expect(training.filter((one) => /\d\.\d/u.test(one)).length).toBeGreaterThanOrEqual(2);
  });

  it('fits a narrow screen', async () => {
    const { page, errors } = shown();
    expect(await phoneWidth(page)).toBe(390);
    expect(errors).toEqual([]);
  });
});
