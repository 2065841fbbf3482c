/** The demo page in headless Chrome, used as a person uses it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { defined } from '../../tools/lib/defined';
import { readTranslation, settled, typeSentence } from '../../tools/lib/demoPage';
import { sampled } from '../support/sample';
import { expectMessage, type OpenPage, shownText, useSite } from '../support/site';

const SENTENCE = 'the small black cat sees a big house';
const FRENCH = 'le petit chat noir voit une grande maison';

describe('a sentence on the page', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    opened = await site.open();
    const { page, errors } = opened;
    await settled(page, ['ready'], errors);
    await typeSentence(page, SENTENCE);
    await settled(page, ['done'], errors);
  });

  it('is translated, with the adapter and the time', async () => {
    const { page, errors } = shown();
    expect(await shownText(page, '#result')).toBe(FRENCH);
    const { adapter, milliseconds, source } = await readTranslation(page);
    expect(source).toBe(SENTENCE);
    expect(milliseconds).toBeGreaterThan(0);
    const status = await shownText(page, '#status');
    expect(status).toContain(adapter);
    expect(status).toContain('ms');
    expect(errors).toEqual([]);
  });

  it('has a row for each French word and a column for each English word', async () => {
    const { page } = shown();
    const rows = await page.$$eval('#heat-map tbody tr', (lines) =>
      lines.map((line) => ({
        head: line.querySelector('th')?.textContent,
        weights: [...line.querySelectorAll('td')].map((cell) => Number(cell.dataset.weight)),
      })),
    );
    const columns = await page.$$eval('#heat-map thead th', (heads) =>
      heads.map((head) => head.textContent),
    );
    expect(columns).toEqual(SENTENCE.split(' '));
    expect(rows.map(({ head }) => head)).toEqual(FRENCH.split(' '));
    const { alignment } = await readTranslation(page);
    expect(rows.map(({ weights }) => weights)).toEqual(alignment);
    for (const { weights } of rows) {
      expect(weights).toHaveLength(columns.length);
      expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
      // The rest went to the end mark, which has no column.
      expect(weights.reduce((a, b) => a + b)).toBeLessThanOrEqual(1.0001);
    }
  });

  it('has the weight under the pointer read out', async () => {
    const { page } = shown();
    await page.hover('#heat-map tbody tr:nth-child(3) td:nth-of-type(4)');
    const { alignment } = await readTranslation(page);
    const weight = alignment[2]?.[3]?.toFixed(3);
    expect(await shownText(page, '#reading')).toBe(`chat ← cat: ${weight}`);
  });

  it('is followed by others: examples by a click', async () => {
    const { page, errors } = shown();
    const examples = await page.$$('#examples button');
    expect(examples.length).toBeGreaterThan(2);
    for (const example of examples) {
      const text = await example.evaluate((button) => button.textContent ?? '');
      await example.click();
      await settled(page, ['done'], errors);
      expect((await readTranslation(page)).source).toBe(text);
    }
    expect(errors).toEqual([]);
  });

  it('may be wrong: the page says how, and translates the next one', async () => {
    const { page, errors } = shown();
    await typeSentence(page, 'the xylophonist sees a house');
    await expectMessage(page, 'cannot be translated', 'xylophonist');
    await typeSentence(page, '   ');
    await expectMessage(page, 'cannot be translated', 'type at least one word');
    await typeSentence(page, 'the cat '.repeat(200));
    await expectMessage(page, 'cannot be translated', '400');
    await typeSentence(page, SENTENCE);
    await settled(page, ['done'], errors);
    expect(await shownText(page, '#result')).toBe(FRENCH);
    expect(await shownText(page, '#message')).toBe('');
  });
});

describe('the page', () => {
  const site = useSite();

  async function openReady() {
    const opened = await site.open();
    await settled(opened.page, ['ready'], opened.errors);
    return opened;
  }

  it('offers models of which each is there and translates', async () => {
    const { page, errors } = await openReady();
    const names = await page.$$eval('#model option', (all) => all.map(({ value }) => value));
    expect(names.length).toBeGreaterThan(2);
    // The page has translated with the first one.
    for (const name of sampled(names.slice(1), 3)) {
      await page.goto(`${new URL(page.url()).origin}/?model=${name}`);
      await settled(page, ['ready'], errors);
      await typeSentence(page, SENTENCE);
      await settled(page, ['done'], errors);
      const { tokens } = await readTranslation(page);
      expect(tokens.slice(0, 2), name).toEqual(['le', 'petit']);
    }
    expect(errors).toEqual([]);
  });

  it('works under its content security policy, which is in force', async () => {
    const { page, errors } = await openReady();
    await page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(window, { seen });
      document.addEventListener('securitypolicyviolation', (event) => {
        seen.push(event.effectiveDirective);
      });
    });
    const seen = () => page.evaluate(() => [...(window as unknown as { seen: string[] }).seen]);
    await typeSentence(page, SENTENCE);
    await settled(page, ['done'], errors);
    expect(await seen()).toEqual([]);
    expect(errors).toEqual([]);
    await page.evaluate(async () => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "inline"';
      document.body.append(script);
      document.body.setAttribute('style', 'color: red');
      await fetch('https://example.org/').catch(() => undefined);
    });
    expect(await seen()).toEqual(
      expect.arrayContaining(['script-src-elem', 'style-src-attr', 'connect-src']),
    );
    expect(await page.title()).not.toBe('inline');
  });
});

describe('a browser without WebGPU', () => {
  const site = useSite({ webGpu: false });

  it('gets a clear message where there is no adapter', async () => {
    const { page } = await site.open();
    await expectMessage(page, 'There is no WebGPU here', 'adapter');
    expect(await page.$eval('#translate', (button) => (button as HTMLButtonElement).disabled)).toBe(
      true,
    );
  });

  it('gets a clear message where the interface is missing', async () => {
    const { page, errors } = await site.open((fresh) =>
      fresh.evaluateOnNewDocument(() => {
        Reflect.deleteProperty(Navigator.prototype, 'gpu');
      }),
    );
    await expectMessage(page, 'There is no WebGPU here', 'Chrome', 'https');
    expect(errors).toEqual([]);
  });
});
