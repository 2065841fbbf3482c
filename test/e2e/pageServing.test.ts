/** How the page is served, and what it says where there is no WebGPU. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { EXAMPLES, FIRST_MODEL, MODELS } from '../../demo/engine/models';
import recorded from '../../demo/recorded.json' with { type: 'json' };
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

describe('the worker', () => {
  const site = useSite();

  it('violates no policy, though one is in force', async () => {
    const watching: Promise<unknown>[] = [];
    const { page, errors } = await site.open((fresh) =>
      Promise.resolve(
        fresh.on('workercreated', (worker) => watching.push(worker.evaluate(watchPolicy))),
      ),
    );
    await answered(page, FIRST_MODEL, FIRST, errors);
    await Promise.all(watching);
    const [worker] = page.workers();
    const seen = () => worker?.evaluate(() => [...(self as unknown as Watching).seen]);
    expect(await seen()).toEqual([]);
    expect(errors).toEqual([]);
    await worker?.evaluate(() => fetch('https://example.org/').catch(() => undefined));
    expect(await seen()).toEqual(['connect-src']);
  });
});

interface Watching {
  readonly seen: readonly string[];
}

/** Runs in a worker: notes what its policy forbids. */
function watchPolicy(): void {
  const seen: string[] = [];
  Object.assign(self, { seen });
  addEventListener('securitypolicyviolation', (event) => {
    seen.push((event as SecurityPolicyViolationEvent).effectiveDirective);
  });
}

describe('the scripts of the page', () => {
  const site = useSite();

  it('are small until the first translation is live; each view brings its own', async () => {
    const asked = new Map<string, Promise<Buffer>>();
    const { page, errors } = await site.open((fresh) =>
      Promise.resolve(
        fresh.on('response', (response) => {
          const { pathname } = new URL(response.url());
          if (pathname.endsWith('.js')) asked.set(pathname, response.buffer());
        }),
      ),
    );
    await answered(page, FIRST_MODEL, FIRST, errors);
    const initial = await Promise.all(asked.values());
    const bytes = initial.reduce((sum, script) => sum + gzipSync(script).length, 0);
    process.stdout.write(`initial JavaScript: ${bytes} bytes, gzipped\n`);
    expect([...asked.keys()].filter((path) => path.includes('worker'))).not.toEqual([]);
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThan(150_000);
    for (const view of ['train', 'inside', 'kernels', 'road/16', 'road/22']) {
      const before = asked.size;
      await page.evaluate((path) => {
        location.hash = `#/${path}`;
      }, view);
      await page.waitForSelector('[data-ready]');
      expect(asked.size, view).toBeGreaterThan(before);
      await page.evaluate(() => {
        location.hash = '#/';
      });
      await page.waitForFunction(() => document.querySelector('[data-ready]') === null);
    }
  });
});

describe('a browser without a GPU', () => {
  const site = useSite({ webGpu: false });

  it('is served by the CPU, with what helps', async () => {
    const { page, errors } = await site.open();
    const { tokens, adapter } = await answered(page, FIRST_MODEL, FIRST, errors);
    expect(adapter).toBe('CPU, float64');
    expect(tokens).toEqual(recorded[FIRST_MODEL].tokens);
    expect(await page.$eval('.no-gpu', (note) => note.getAttribute('data-advice'))).toBe('adapter');
    expect(await page.$eval('.no-gpu', (note) => note.textContent)).toContain('no WebGPU');
    expect(errors).toEqual([]);
  });
});

describe('a browser without WebGPU', () => {
  const site = useSite({ isSecure: false });

  it('is served by the CPU, and told that the address is why', async () => {
    const { page, errors } = await site.open();
    expect(await page.evaluate(() => 'gpu' in navigator)).toBe(false);
    // All three generations, and another sentence.
    const sentence = 'the small black cat sees a big house';
    await page.locator('#sentence').fill(sentence);
    for (const { name } of MODELS) {
      const { target } = await answered(page, name, sentence, errors);
      expect(target).toBe('le petit chat noir voit une grande maison');
    }
    expect(await page.$eval('.no-gpu', (note) => note.getAttribute('data-advice'))).toBe(
      'insecure',
    );
    expect(await page.$eval('.no-gpu', (note) => note.textContent)).toContain('https');
    // At such an address Chrome complains of this header.
    expect(errors.filter((text) => !text.includes('Cross-Origin-Opener-Policy'))).toEqual([]);
  });
});
