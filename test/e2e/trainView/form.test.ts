/** The form of the view of training: what it refuses, and what may be changed as a run goes. */
import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { isFull } from '../../support/sample';
import { type OpenPage, useSite } from '../../support/site';
import { inState, press, QUICK, savedRun, trainAddress, trainReady } from '../../support/trainView';

const [FACTOR, DROPOUT] = ['[data-knob="factor"]', '[data-knob="dropout"]'];

describe.runIf(isFull)('a run', () => {
  const site = useSite();
  /** A run of six steps, paused after its first. */
  const afterOneStep = async (): Promise<OpenPage> => {
    const constant = { schedule: 'constant', warmup: '0' };
    const address = trainAddress({ ...QUICK, ...constant, steps: '6', 'eval-every': '6' });
    const opened = await site.open(undefined, address);
    await trainReady(opened.page);
    await press(opened.page, 'start-paused');
    await inState(opened.page, 'paused');
    await press(opened.page, 'step');
    await opened.page.waitForSelector('.run[data-step="1"][data-state="paused"]');
    return opened;
  };

  it('that cannot be is refused beside the form, in words', async () => {
    const { page, errors } = await site.open(undefined, trainAddress({ heads: '5' }));
    const alert = () => page.waitForSelector('.needs [role="alert"]');
    await alert();
    expect(await page.$eval('.needs [role="alert"]', (one) => one.textContent)).toContain('heads');
    expect(await page.$('.start:not(:disabled)')).toBeNull();
    await page.$eval('[name="heads"]', (input) => {
      (input as HTMLInputElement).value = '0';
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await page.waitForFunction(() =>
      document.querySelector('.needs [role="alert"]')?.textContent?.includes('whole number'),
    );
    expect(errors).toEqual([]);
  });

  it('can have its learning rate changed, and a single step', async () => {
    const { page, errors } = await afterOneStep();
    await moveSlider(page, FACTOR, '-1');
    await press(page, 'step');
    await page.waitForSelector('.run[data-step="2"][data-state="paused"]');
    await press(page, 'resume');
    await inState(page, 'done');
    const { rates } = (await savedRun(page)).log;
    expect(rates).toEqual([0.01, 0.005, 0.005, 0.005, 0.005, 0.005]);
    expect(errors).toEqual([]);
  });

  it('can have its dropout changed, and is the same after a reload', async () => {
    const plain = await afterOneStep();
    await press(plain.page, 'resume');
    await inState(plain.page, 'done');
    const { losses } = await savedRun(plain.page);
    const changed = async (isReloaded: boolean) => {
      const { page, errors } = await afterOneStep();
      await moveSlider(page, DROPOUT, '0.5');
      await page.waitForSelector('.run[data-state="compiling"]');
      await page.waitForSelector('.run[data-step="1"][data-state="paused"]');
      await press(page, 'step');
      await page.waitForSelector('.run[data-step="2"][data-state="paused"]');
      if (isReloaded) {
        await page.reload();
        await inState(page, 'paused');
      }
      await press(page, 'resume');
      await inState(page, 'done');
      expect(errors).toEqual([]);
      return savedRun(page);
    };
    const [first, second] = [await changed(false), await changed(true)];
    expect(first.log.changes).toEqual([{ step: 2, dropout: 0.5 }]);
    expect(first.losses[0]).toBe(losses[0]);
    for (const [i, loss] of losses.slice(1).entries()) expect(first.losses[i + 1]).not.toBe(loss);
    expect(second.losses).toEqual(first.losses);
  });
});

/** Moves the slider of some controls, and lets go of it. */
function moveSlider(page: Page, controls: string, value: string): Promise<void> {
  return page.$eval(
    `${controls} input`,
    (input, moved) => {
      (input as HTMLInputElement).value = moved;
      input.dispatchEvent(new Event('input', { bubbles: true }));
      input.dispatchEvent(new Event('change', { bubbles: true }));
    },
    value,
  );
}
