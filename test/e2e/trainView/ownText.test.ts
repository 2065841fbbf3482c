/** Text of the visitor's own in the training view: markup in it stays text. */
import { describe, expect, it } from 'vitest';
import { typeSentence } from '../../../tools/lib/demoPage';
import { isFull } from '../../support/sample';
import { useSite } from '../../support/site';
import { inState, press, QUICK, startRun, trainAddress, trainReady } from '../../support/trainView';

describe.runIf(isFull)('a run', () => {
  const site = useSite();

  it('of pasted pairs takes markup as text', async () => {
    const address = trainAddress({ ...QUICK, steps: '4', 'eval-every': '2', batch: '4' });
    const { page, errors } = await site.open(undefined, address);
    await trainReady(page);
    const markup = '<img src=x onerror="globalThis.pwned=1">';
    const nouns = ['cat', 'dog', 'bird', 'fish', 'horse', 'cow', 'hen', 'pig', 'bee', 'bear'];
    const lines = nouns.flatMap((noun) => [
      `${markup} the ${noun}\tle ${noun} ${markup}`,
      `a ${noun} ${markup}\tun ${noun}`,
    ]);
    // On a narrow screen the section is folded.
    await page.$eval('[data-corpus="own"]', (button) => (button as HTMLElement).click());
    await page.waitForSelector('[name="data"]');
    await page.$eval(
      '[name="data"]',
      (area, text) => {
        (area as HTMLTextAreaElement).value = text;
        area.dispatchEvent(new Event('input', { bubbles: true }));
      },
      lines.join('\n'),
    );
    await page.waitForFunction(() =>
      document.querySelector('.needs .example q')?.textContent?.includes('onerror'),
    );
    await page.waitForFunction(() => location.hash.includes('data='));
    await startRun(page);
    await inState(page, 'done');
    const sample = await page.$eval('.samples', (one) => one.textContent ?? '');
    expect(sample).toContain('img');
    // The model that learnt it translates in the landing view, in the same way.
    await press(page, 'use');
    await page.waitForSelector('.run-buttons a');
    await page.click('.run-buttons a');
    await typeSentence(page, `${markup} the cat`);
    await page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLElement>('.generation')].every(
        ({ dataset }) => dataset.state === 'done' && dataset.source?.includes('onerror'),
      ),
    );
    expect(await page.$$('#app img')).toEqual([]);
    await page.goBack();
    await page.reload();
    await trainReady(page);
    expect(await page.$eval('[name="data"]', (area) => (area as HTMLTextAreaElement).value)).toBe(
      lines.join('\n'),
    );
    expect(await page.$$('.train img')).toEqual([]);
    expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false);
    expect(errors).toEqual([]);
  });
});
