/** The form of the view of training: what it refuses, and what may be changed as a run goes. */
import { describe, expect, it } from 'vitest';
import { isFull } from '../../support/sample';
import { useSite } from '../../support/site';
import { inState, press, QUICK, savedRun, trainAddress, trainReady } from '../../support/trainView';

describe.runIf(isFull)('a run', () => {
  const site = useSite();

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
    const constant = { schedule: 'constant', warmup: '0' };
    const address = trainAddress({ ...QUICK, ...constant, steps: '6', 'eval-every': '6' });
    const { page, errors } = await site.open(undefined, address);
    await trainReady(page);
    await press(page, 'start-paused');
    await inState(page, 'paused');
    await press(page, 'step');
    await page.waitForSelector('.run[data-step="1"][data-state="paused"]');
    await page.$eval('.run .slider input', (input) => {
      (input as HTMLInputElement).value = '-1';
      input.dispatchEvent(new Event('input', { bubbles: true }));
      input.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await press(page, 'step');
    await page.waitForSelector('.run[data-step="2"][data-state="paused"]');
    await press(page, 'resume');
    await inState(page, 'done');
    const { rates } = (await savedRun(page)).log;
    expect(rates).toEqual([0.01, 0.005, 0.005, 0.005, 0.005, 0.005]);
    expect(errors).toEqual([]);
  });
});
