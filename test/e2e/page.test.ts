/** The landing view in headless Chrome, used as a person uses it. */
import { AxePuppeteer } from '@axe-core/puppeteer';
import type { Page } from 'puppeteer';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXAMPLES, FIRST_MODEL, MODELS } from '../../demo/engine/models';
import recorded from '../../demo/recorded.json' with { type: 'json' };
import { defined } from '../../tools/lib/defined';
import { answered, cardOf, typeSentence } from '../../tools/lib/demoPage';
import { addressShows, phoneWidth } from '../support/figure';
import { type OpenPage, useSite } from '../support/site';

const [FIRST, FIRST_FRENCH] = EXAMPLES[0]!;
const [SENTENCE, FRENCH] = EXAMPLES[1]!;

/** Words of a card's answer, with what they are marked as. */
const shownWords = (page: Page, model: string) =>
  page.$$eval(`${cardOf(model)} .answer-text > :is(.word:not(.end), .missing)`, (found) =>
    found.map((one) => ({
      kind: ['wrong', 'missing', 'unknown', 'copied'].find((name) => one.classList.contains(name)),
      text: [...one.childNodes]
        .filter(({ nodeType }) => nodeType === Node.TEXT_NODE)
        .map(({ textContent }) => textContent)
        .join(''),
    })),
  );

const answerOf = async (page: Page, model: string) =>
  (await shownWords(page, model)).filter(({ kind }) => kind !== 'missing').map(({ text }) => text);

const attribute = (page: Page, model: string, name: string) =>
  page.$eval(cardOf(model), (card, key) => card.getAttribute(key), name);

describe('before its scripts run', () => {
  const site = useSite();

  it('shows the sentence, three translations and the attention, marked as recorded', async () => {
    const { page } = await site.open((fresh) => fresh.setJavaScriptEnabled(false));
    expect(await page.$eval('#sentence', (input) => input.getAttribute('value'))).toBe(FIRST);
    for (const { name } of MODELS) {
      expect(await attribute(page, name, 'data-origin')).toBe('recorded');
      const { tokens } = recorded[name as keyof typeof recorded];
      expect(await answerOf(page, name)).toEqual(tokens);
    }
    const weights = await page.$$eval('.alignment .line', (lines) =>
      lines.map((line) => Number(line.getAttribute('data-weight'))),
    );
    const drawn = recorded[FIRST_MODEL].alignment.flat().filter((weight) => weight >= 0.04);
    expect(weights).toEqual(drawn);
  });
});

describe('a visitor', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    opened = await site.open();
    for (const { name } of MODELS) await answered(opened.page, name, FIRST, opened.errors);
  });

  it('sees what was recorded, computed live', async () => {
    const { page, errors } = shown();
    for (const { name } of MODELS) {
      expect(await attribute(page, name, 'data-origin')).toBe('live');
      const { tokens } = recorded[name as keyof typeof recorded];
      expect(await answerOf(page, name)).toEqual(tokens);
    }
    const { alignment, adapter } = await answered(page, FIRST_MODEL, FIRST);
    recorded[FIRST_MODEL].alignment.forEach((row, t) => {
      row.forEach((weight, s) => {
        expect(alignment[t]?.[s]).toBeCloseTo(weight, 2);
      });
    });
    const gpu = await page.$eval('.gpu', (chip) => chip.textContent);
    expect(gpu).toContain(adapter);
    expect(gpu).toMatch(/[\d.]+ MB/);
    expect(errors).toEqual([]);
  });

  it('sees the answers follow the typing, and never one to an older sentence', async () => {
    const { page, errors } = shown();
    await typeSentence(page, SENTENCE);
    for (const { name } of MODELS) await answered(page, name, SENTENCE, errors);
    await page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(window, { seen });
      const note = (changes: readonly MutationRecord[]) => {
        for (const { target } of changes) {
          const { state = '', source = '' } = (target as HTMLElement).dataset;
          const typed = document.querySelector('input')?.value.trim() ?? '';
          if (state === 'done' && source.trim() !== typed) seen.push(`${source} for ${typed}`);
        }
      };
      new MutationObserver(note).observe(document.body, {
        subtree: true,
        attributeFilter: ['data-state'],
      });
    });
    await page.focus('#sentence');
    await page.keyboard.press('End');
    await page.keyboard.type(' today', { delay: 30 });
    const { target } = await answered(page, FIRST_MODEL, `${SENTENCE} today`, errors);
    expect(target).toBe(`${FRENCH} aujourd'hui`);
    for (const { name } of MODELS) await answered(page, name, `${SENTENCE} today`);
    expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual([]);
  });

  it('sees which words are wrong and missing, where the truth is known', async () => {
    const { page, errors } = shown();
    await page.click('.examples li:first-child button');
    const truth = FIRST_FRENCH.split(' ');
    for (const { name } of MODELS) {
      const { tokens } = await answered(page, name, FIRST, errors);
      const words = await shownWords(page, name);
      const texts = (...kinds: readonly (string | undefined)[]) =>
        words.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text);
      expect(texts(undefined, 'wrong')).toEqual(tokens);
      expect(texts(undefined, 'missing')).toEqual(truth);
    }
    // One vector does not hold a sentence of two clauses.
    const vector = await shownWords(page, 'toy-seq2seq');
    expect(vector.filter(({ kind }) => kind === 'wrong').length).toBeGreaterThan(0);
    expect((await answerOf(page, FIRST_MODEL)).join(' ')).toBe(FIRST_FRENCH);
  });

  it('sees what else a word could have been, and goes on from another one', async () => {
    const { page, errors } = shown();
    await typeSentence(page, SENTENCE);
    await answered(page, FIRST_MODEL, SENTENCE, errors);
    await page.click(`${cardOf(FIRST_MODEL)} .word:nth-child(3)`);
    await page.waitForSelector('.alternatives');
    const read = () =>
      page.$$eval('.alternatives button', (buttons) =>
        buttons.map((button) => ({
          token: button.querySelector('.token')?.textContent ?? '',
          probability: button.querySelector('meter')?.value ?? 0,
        })),
      );
    const found = await read();
    expect(found).toHaveLength(5);
    expect(found[0]?.token).toBe('chat');
    const odds = found.map(({ probability }) => probability);
    expect(odds).toEqual(odds.toSorted((a, b) => b - a));
    expect(odds.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(1);
    await page.focus('.alternatives button:nth-of-type(2)');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${cardOf(FIRST_MODEL)}[data-state="done"] .word.forced`);
    const other = await answerOf(page, FIRST_MODEL);
    expect(other.slice(0, 3)).toEqual(['le', 'petit', found[1]?.token]);
    await page.click('.forced-note button');
    await page.waitForFunction(() => document.querySelector('.word.forced') === null);
    await answered(page, FIRST_MODEL, SENTENCE, errors);
    expect((await answerOf(page, FIRST_MODEL)).join(' ')).toBe(FRENCH);
  });

  it('sees the weights as a heat map too, and reads them', async () => {
    const { page } = shown();
    await page.click('#tab-map');
    const rows = await page.$$eval('.heat-map tbody tr', (lines) =>
      lines.map((line) => ({
        head: line.querySelector('th')?.textContent,
        weights: [...line.querySelectorAll('td')].map((cell) => Number(cell.dataset.weight)),
      })),
    );
    const { alignment } = await answered(page, FIRST_MODEL, SENTENCE);
    expect(rows.map(({ head }) => head)).toEqual(FRENCH.split(' '));
    expect(rows.map(({ weights }) => weights)).toEqual(alignment);
    await page.hover('.heat-map tbody tr:nth-child(3) td:nth-of-type(4)');
    const weight = alignment[2]?.[3]?.toFixed(3);
    expect(await page.$eval('.reading', ({ textContent }) => textContent)).toBe(
      `chat ← cat: ${weight}`,
    );
  });

  it('sees the beams as a tree, whose edges sum to the scores', async () => {
    const { page } = shown();
    await page.focus('#tab-map');
    await page.keyboard.press('ArrowRight');
    await page.waitForSelector('.beam-tree');
    const found = await page.$$eval('.hypotheses li', (items) =>
      items.map((item) => ({
        text: item.querySelector('span')?.textContent ?? '',
        score: Number(item.dataset.score),
        node: Number(item.dataset.node),
      })),
    );
    expect(found).toHaveLength(5);
    expect(found[0]?.text).toBe(FRENCH);
    const scores = found.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    const nodes = await page.$$eval('.beam-tree .node', (drawn) =>
      drawn.map((node) => ({
        log: Number(node.getAttribute('data-log')),
        parent: node.getAttribute('data-parent'),
      })),
    );
    for (const { node, score } of found) {
      let sum = 0;
      for (let at: number | undefined = node; at !== undefined; ) {
        const drawn: (typeof nodes)[number] = defined(nodes[at], `node ${at}`);
        sum += drawn.log;
        at = drawn.parent === null ? undefined : Number(drawn.parent);
      }
      expect(Math.abs(sum - score)).toBeLessThan(1e-3);
    }
    await page.click('#tab-lines');
  });

  it('sees a word that is not known marked, and the rest translated', async () => {
    const { page, errors } = shown();
    const sentence = 'the small xylophonist sees a big house';
    await typeSentence(page, sentence);
    const { target } = await answered(page, FIRST_MODEL, sentence, errors);
    expect(target).toContain('une grande maison');
    // Trained with dropped words, those with attention copy it, and the one vector leaves a gap.
    for (const { name } of MODELS) {
      await answered(page, name, sentence, errors);
      const words = await shownWords(page, name);
      const strange = words.filter(({ kind }) => kind === 'copied' || kind === 'unknown');
      const mark =
        name === 'toy-seq2seq'
          ? { kind: 'unknown', text: '…' }
          : { kind: 'copied', text: 'xylophonist' };
      expect(strange, name).toContainEqual(mark);
    }
    await page.waitForSelector('.unknown-words [data-word="xylophonist"]');
  });

  it('is offered words that are spelt like the one that is not known', async () => {
    const { page, errors } = shown();
    await typeSentence(page, 'the small caat sees a big house');
    await page.waitForSelector('.unknown-words [data-word="caat"] button');
    const offered = await page.$$eval('.unknown-words button', (all) =>
      all.map((one) => one.textContent),
    );
    expect(offered[0]).toBe('cat');
    await page.click('.unknown-words button');
    const { target } = await answered(page, FIRST_MODEL, 'the small cat sees a big house', errors);
    expect(target).toBe('le petit chat voit une grande maison');
    await page.waitForFunction(() => document.querySelector('.unknown-words') === null);
    expect(errors).toEqual([]);
    await typeSentence(page, 'the small xylophonist sees a big house');
  });

  it('gets a sentence of the grammar with its true translation', async () => {
    const { page, errors } = shown();
    await page.click('.draw');
    await page.waitForFunction(
      (old) => document.querySelector('input')?.value !== old,
      {},
      'the small xylophonist sees a big house',
    );
    const drawn = await page.$eval('#sentence', (input) => (input as HTMLInputElement).value);
    await answered(page, FIRST_MODEL, drawn, errors);
    expect(await page.$(`${cardOf(FIRST_MODEL)} .verdict`)).not.toBeNull();
  });

  it('does not notice that the worker ended: another one takes over', async () => {
    const { page, errors } = shown();
    const [worker] = page.workers();
    await worker?.evaluate(() => self.close());
    await typeSentence(page, SENTENCE);
    for (const { name } of MODELS) {
      expect((await answered(page, name, SENTENCE, errors)).target).toBe(FRENCH);
    }
  });

  it('is told when a sentence is too long, and goes on', async () => {
    const { page, errors } = shown();
    const long = 'the cat '.repeat(20).trim();
    await typeSentence(page, long);
    await expect(answered(page, FIRST_MODEL, long)).rejects.toThrow('takes at most');
    expect(
      await page.$eval(`${cardOf(FIRST_MODEL)} .failure strong`, (one) => one.textContent),
    ).toBe('This cannot be translated');
    await typeSentence(page, '   ');
    await page.waitForSelector(`${cardOf(FIRST_MODEL)}[data-state="waiting"]`);
    await typeSentence(page, SENTENCE);
    const { target } = await answered(page, FIRST_MODEL, SENTENCE, errors);
    expect(target).toBe(FRENCH);
    expect(errors).toEqual([]);
  });

  it('may read French, at night, and find no barrier', async () => {
    const { page } = shown();
    const check = async () => {
      const { violations } = await new AxePuppeteer(page).analyze();
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html }) => `${id}: ${html}`),
      );
      expect(found).toEqual([]);
    };
    await check();
    await page.select('.choice:nth-of-type(1) select', 'fr');
    await page.select('.choice:nth-of-type(2) select', 'dark');
    expect(await page.$eval('h1', (one) => one.textContent)).toBe('Le pouvoir de l’attention');
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('fr');
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(ground).toBe('rgb(19, 20, 25)');
    await check();
    await page.select('.choice:nth-of-type(1) select', 'en');
    await page.select('.choice:nth-of-type(2) select', 'auto');
  });

  it('has all of it on a phone', async () => {
    const { page } = shown();
    for (const tab of ['lines', 'map', 'beams']) {
      await page.click(`#tab-${tab}`);
      if (tab === 'beams') await page.waitForSelector('.beam-tree');
      expect(await phoneWidth(page)).toBe(390);
    }
  });
});

describe('the page', () => {
  const site = useSite();
  const others = MODELS.filter(({ name }) => name !== FIRST_MODEL);

  it('loads other models once the first one has answered', async () => {
    const origins = new Map<string, Promise<string | undefined>>();
    const { page, errors } = await site.open((fresh) =>
      Promise.resolve(
        fresh.on('request', (request) => {
          const name = /models\/([\w-]+)\/model\.json/u.exec(request.url())?.[1];
          if (name === undefined) return;
          const origin = (model: string) => window.qkvPage?.answer(model)?.origin;
          origins.set(name, fresh.evaluate(origin, FIRST_MODEL));
        }),
      ),
    );
    for (const { name } of MODELS) await answered(page, name, FIRST, errors);
    for (const { name } of others) expect(await origins.get(name), name).toBe('live');
  });

  it('opens a link with its sentence and model', async () => {
    const link = '#/?text=she+sleeps&model=toy-bahdanau';
    const { page, errors } = await site.open(undefined, link);
    await answered(page, 'toy-bahdanau', 'she sleeps', errors);
    expect(await attribute(page, 'toy-bahdanau', 'data-selected')).toBe('true');
    await addressShows(page, link);
    // Another link in the same page.
    await page.evaluate(() => {
      location.hash = '#/?text=the+cat+sleeps&model=toy-seq2seq';
    });
    await answered(page, 'toy-seq2seq', 'the cat sleeps', errors);
    expect(await attribute(page, 'toy-seq2seq', 'data-selected')).toBe('true');
    expect(errors).toEqual([]);
  });

  it('works under its content security policy, which is in force', async () => {
    const { page, errors } = await site.open((fresh) =>
      fresh.evaluateOnNewDocument(() => {
        const seen: string[] = [];
        Object.assign(window, { seen });
        document.addEventListener('securitypolicyviolation', (event) => {
          seen.push(event.effectiveDirective);
        });
      }),
    );
    const seen = () => page.evaluate(() => [...(window as unknown as { seen: string[] }).seen]);
    await answered(page, FIRST_MODEL, FIRST, errors);
    await page.click('#tab-map');
    const markup = '<img src=x onerror=alert(1)>';
    await typeSentence(page, markup);
    await answered(page, FIRST_MODEL, markup, errors);
    expect(await page.$('#app img')).toBeNull();
    expect(await seen()).toEqual([]);
    expect(errors).toEqual([]);
    await page.evaluate(async () => {
      const script = document.createElement('script');
      try {
        script.textContent = 'document.title = "inline"';
      } catch {}
      document.body.append(script);
      document.body.setAttribute('style', 'color: red');
      try {
        document.body.insertAdjacentHTML('beforeend', '<b>inline</b>');
      } catch {}
      await fetch('https://example.org/').catch(() => undefined);
    });
    expect(await seen()).toEqual(
      expect.arrayContaining(['style-src-attr', 'connect-src', 'require-trusted-types-for']),
    );
    expect(await page.title()).not.toBe('inline');
    expect(await page.$('body > b')).toBeNull();
  });
});
