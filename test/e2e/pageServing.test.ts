/** How the page is served, and what it says where there is no WebGPU. */
import { describe, expect, it } from 'vitest';
import { EXAMPLES, FIRST_MODEL } from '../../demo/engine/models';
import { answered } from '../../tools/lib/demoPage';
import { useSite } from '../support/site';

const [FIRST] = EXAMPLES[0]!;

describe('the server', () => {
  const site = useSite();

  it('sends the policy for the page and its worker, and says what may be kept', async () => {
    const asked = new Set<string>();
    const { page, errors } = await site.open((fresh) =>
      Promise.resolve(fresh.on('request', (request) => asked.add(request.url()))),
    );
    await answered(page, FIRST_MODEL, FIRST, errors);
    expect([...asked].filter((url) => new URL(url).host !== new URL(page.url()).host)).toEqual([]);
    const sent = async (address: string) => (await fetch(new URL(address, page.url()))).headers;
    const scripts = [...asked].filter((url) => url.endsWith('.js'));
    expect(scripts.map((url) => url.includes('worker'))).toContain(true);
    for (const address of ['/', ...scripts]) {
      const headers = await sent(address);
      expect(headers.get('content-security-policy')).toContain(
        "require-trusted-types-for 'script'",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      const kept = address === '/' ? 'no-cache' : 'immutable';
      expect(headers.get('cache-control'), address).toContain(kept);
    }
    expect((await sent('/models/toy-transformer/model.json')).get('cache-control')).toBe(
      'no-cache',
    );
  });
});

describe('a browser without a GPU', () => {
  const site = useSite({ webGpu: false });

  it('gets a clear message', async () => {
    const { page } = await site.open();
    await page.waitForSelector('.failure[data-code="device"]');
    const text = await page.$eval('.failure', (failure) => failure.textContent);
    expect(text).toContain('There is no WebGPU here');
    expect(text).toContain('adapter');
  });
});

describe('a browser without WebGPU', () => {
  const site = useSite({ isSecure: false });

  it('is told which ones have it', async () => {
    const { page } = await site.open();
    expect(await page.evaluate(() => 'gpu' in navigator)).toBe(false);
    await page.waitForSelector('.failure[data-code="device"]');
    const text = await page.$eval('.failure', (failure) => failure.textContent);
    expect(text).toContain('Chrome');
    expect(text).toContain('https');
  });
});
