/** The landing view with everyday English: byte pairs, parts of long sentences, and what is beyond. */
import { AxePuppeteer } from '@axe-core/puppeteer';
import type { Page } from 'puppeteer';
import { beforeAll, describe, expect, it } from 'vitest';
import { clausesOf } from '../../demo/engine/clauses';
import { CORPORA } from '../../demo/engine/corpora';
import { EXAMPLES, FIRST_MODEL } from '../../demo/engine/models';
import { defined } from '../../tools/lib/defined';
import { answered, cardOf, typeSentence } from '../../tools/lib/demoPage';
import { addressShows, phoneWidth } from '../support/figure';
import { isFull } from '../support/sample';
import { type OpenPage, useSite } from '../support/site';

const { everyday } = CORPORA;
const { first: MODEL } = everyday;
const QUESTION = defined(everyday.examples[0], 'an example');
const LONG = defined(everyday.examples.at(-1), 'an example');

const shownText = (page: Page, model: string) =>
  page.$$eval(`${cardOf(model)} .answer-text .word:not(.end)`, (all) =>
    all.map((one) => one.textContent).join(' '),
  );

describe.runIf(isFull)('everyday English', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  beforeAll(async () => {
    opened = await site.open();
    await answered(opened.page, FIRST_MODEL, EXAMPLES[0]?.[0] ?? '', opened.errors);
  });

  it('is chosen beside the grammar, and answers with capitals and signs', async () => {
    const { page, errors } = shown();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.click('[data-corpus="everyday"]');
    const { target, tokens } = await answered(page, MODEL, QUESTION, errors);
    expect(target).toMatch(/^J’ai faim|^J'ai faim/u);
    expect(target.trimEnd().endsWith('?')).toBe(true);
    expect(tokens.join('')).toBe(target);
    expect(await shownText(page, MODEL)).toBe(target.split(/ +/u).join(' '));
    await addressShows(page, 'corpus=everyday');
    // Fetched only when it is used.
    expect(asked.some((url) => url.includes(`${MODEL}/model.safetensors`))).toBe(true);
    const names = await page.$$eval('.generation', (all) =>
      all.map((one) => one.getAttribute('data-model')),
    );
    expect(names).toEqual(everyday.models.map(({ name }) => name));
  });

  it('says what the one vector was trained on, and marks what it does not know', async () => {
    const { page, errors } = shown();
    const card = cardOf('toy-seq2seq');
    expect(await page.$eval(`${card} .reach`, (one) => one.textContent)).toContain('grammar alone');
    const { sourceMarks } = await answered(page, 'toy-seq2seq', QUESTION, errors);
    expect(sourceMarks.some((mark) => mark !== undefined)).toBe(true);
    expect(await page.$(`${cardOf(MODEL)} .reach`)).toBeNull();
  });

  it('splits a long sentence at its clauses, and says so', async () => {
    const { page, errors } = shown();
    await typeSentence(page, LONG);
    const found = await answered(page, MODEL, LONG, errors);
    const parts = clausesOf(LONG, everyday.longest ?? 0);
    expect(parts.length).toBeGreaterThan(1);
    const note = await page.$eval(`${cardOf(MODEL)} .reach`, (one) => one.textContent);
    expect(note).toContain(`in ${parts.length} parts`);
    // Each part alone gives its part of the whole, and looks at no other.
    const targets: string[] = [];
    let [row, column] = [0, 0];
    for (const part of parts) {
      await typeSentence(page, part);
      const alone = await answered(page, MODEL, part, errors);
      targets.push(alone.target);
      alone.alignment.forEach((weights, t) => {
        const whole = found.alignment[row + t] ?? [];
        weights.forEach((weight, s) => {
          expect(whole[column + s]).toBeCloseTo(weight, 6);
        });
        const sum = (list: readonly number[]) => list.reduce((total, one) => total + one, 0);
        expect(sum(whole)).toBeCloseTo(sum(weights), 6);
      });
      row += alone.tokens.length;
      column += alone.sourceTokens.length;
    }
    expect(found.target).toBe(targets.join(' '));
    expect(found.alignment).toHaveLength(row);
  });

  it('offers other pieces in any part, and goes on from one of them', async () => {
    const { page, errors } = shown();
    await typeSentence(page, LONG);
    const before = await answered(page, MODEL, LONG, errors);
    const words = await page.$$(`${cardOf(MODEL)} .answer-text .word:not(.end)`);
    await defined(words.at(-2), 'a word of the last part').click();
    await page.waitForSelector('.alternatives button:nth-of-type(2)');
    const odds = await page.$$eval('.alternatives meter', (all) => all.map(({ value }) => value));
    expect(odds).toEqual(odds.toSorted((a, b) => b - a));
    const kept = (
      await page.$$eval(`${cardOf(MODEL)} .answer-text .word:not(.end)`, (all) =>
        all.map(({ textContent }) => textContent),
      )
    ).slice(0, -2);
    await page.click('.alternatives button:nth-of-type(2)');
    await page.waitForSelector(`${cardOf(MODEL)}[data-state="done"] .word.forced`);
    const after = await page.evaluate((name) => window.qkvPage?.answer(name)?.translation, MODEL);
    expect(after?.target).not.toBe(before.target);
    expect((await shownText(page, MODEL)).startsWith(kept.join(' '))).toBe(true);
    await page.click('.forced-note button');
    await page.waitForFunction(() => document.querySelector('.word.forced') === null);
    expect((await answered(page, MODEL, LONG, errors)).target).toBe(before.target);
  });

  it('draws a tree of beams for each part', async () => {
    const { page, errors } = shown();
    await page.click('#tab-beams');
    const parts = clausesOf(LONG, everyday.longest ?? 0).length;
    await page.waitForFunction(
      (count) => document.querySelectorAll('.beam-tree').length === count,
      {},
      parts,
    );
    const best = await page.$$eval('.hypotheses', (lists) =>
      lists.map((list) => Number(list.querySelector('li')?.dataset.score)),
    );
    expect(best.every((score) => score < 0)).toBe(true);
    await page.click('#tab-lines');
    expect(errors).toEqual([]);
  });

  it('has no barrier in it, and fits on a phone', async () => {
    const { page } = shown();
    const { violations } = await new AxePuppeteer(page).analyze();
    expect(
      violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)),
    ).toEqual([]);
    expect(await phoneWidth(page)).toBe(390);
    await page.setViewport({ width: 1280, height: 900 });
  });

  it('goes back to the grammar with a sentence of it', async () => {
    const { page, errors } = shown();
    await page.click('.examples li:first-child button');
    await page.click('[data-corpus="grammar"]');
    const sentence = EXAMPLES[0]?.[0] ?? '';
    const { target } = await answered(page, FIRST_MODEL, sentence, errors);
    expect(target).toBe(EXAMPLES[0]?.[1]);
    await addressShows(page, 'corpus=', false);
    expect(errors).toEqual([]);
  });
});

describe('a link to everyday English', () => {
  const site = useSite();

  it('is translated', async () => {
    const { page, errors } = await site.open(undefined, '#/?corpus=everyday&text=Good+morning.');
    const { target } = await answered(page, MODEL, 'Good morning.', errors);
    expect(target).toMatch(/^Bon/u);
    expect(errors).toEqual([]);
  });

  it('keeps a sentence of the grammar in it, and does without a corpus that is none', async () => {
    const { page, errors } = await site.open(undefined, '#/?corpus=constructor');
    const sentence = EXAMPLES[0]?.[0] ?? '';
    await answered(page, FIRST_MODEL, sentence, errors);
    await page.click('[data-corpus="everyday"]');
    await answered(page, MODEL, QUESTION, errors);
    await addressShows(page, 'text=', false);
    await typeSentence(page, sentence);
    await answered(page, MODEL, sentence, errors);
    await addressShows(page, 'text=eight');
    expect(errors).toEqual([]);
  });
});
