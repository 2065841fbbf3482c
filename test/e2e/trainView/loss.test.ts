/** A run in the page goes on by itself after its GPU, or the worker, was lost. */
import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { isFull } from '../../support/sample';
import { useSite } from '../../support/site';
import {
  afterStep,
  inState,
  numberAt,
  QUICK,
  savedRun,
  startRun,
  trainAddress,
} from '../../support/trainView';

const LOSSES: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  GPU: async (page) => {
    const browser = await page.browser().target().createCDPSession();
    await browser.send('Browser.crashGpuProcess');
  },
  worker: async (page) => {
    const [worker] = page.workers();
    // It ends before it can answer.
    void worker?.evaluate(() => self.close()).catch(() => undefined);
  },
};

describe.runIf(isFull).each(['GPU', 'worker'])('a run that loses its %s', (what) => {
  // Each has a browser of its own, in which no other run is kept.
  const site = useSite();

  it('goes on by itself, with the same losses', async () => {
    const { page } = await site.open(undefined, trainAddress(QUICK));
    await startRun(page);
    await afterStep(page, 3);
    await LOSSES[what]?.(page);
    const notice = await page.waitForSelector('.run [data-lost]', { timeout: 120_000 });
    const lostAt = Number(await notice?.evaluate((one) => (one as HTMLElement).dataset.lost));
    expect(lostAt).toBeGreaterThanOrEqual(3);
    expect(await notice?.evaluate((one) => one.textContent)).toContain(`after step ${lostAt}.`);
    await inState(page, 'done');
    expect(await page.$('.run [role="alert"]')).toBeNull();
    const { losses, log } = await savedRun(page);
    expect(losses).toHaveLength(Number(QUICK.steps));
    expect(log.looks.map(({ step }) => step)).toEqual([16, 32, 48]);
    // The steps since the last checkpoint are repeated, with the same result.
    await startRun(page);
    await page.waitForFunction(() => document.querySelectorAll('[data-kept]').length === 2);
    await inState(page, 'done');
    expect((await savedRun(page)).losses).toEqual(losses);
    expect(await numberAt(page, '.run', 'step')).toBe(losses.length);
  });
});
