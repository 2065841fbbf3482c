/** Runs as links and as files: both give the same model elsewhere. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { newPage } from '../../../tools/browser';
import { defined } from '../../../tools/lib/defined';
import { addressShows } from '../../support/figure';
import { isFull } from '../../support/sample';
import { useSite } from '../../support/site';
import {
  inState,
  numberAt,
  press,
  QUICK,
  savedRun,
  startRun,
  trainAddress,
  trainReady,
} from '../../support/trainView';

/** What the run in view answers. */
async function answer(page: Page, text: string): Promise<string> {
  await page.waitForSelector('[name="ask"]');
  await page.$eval('[name="ask"]', (input) => {
    (input as HTMLInputElement).value = '';
  });
  await page.type('[name="ask"]', text);
  await page.click('.ask button');
  await page.waitForSelector('[data-answer]');
  return page.$eval('[data-answer]', (one) => one.textContent ?? '');
}

describe.runIf(isFull)('a run', () => {
  const site = useSite();
  const OWN = '1 · transformer';
  const SENTENCE = 'the small black cat sees a big house';

  it('is the same from its link in another profile, and from its file', async () => {
    const address = trainAddress({ ...QUICK, heads: '2', text: SENTENCE });
    const { page, errors } = await site.open(undefined, address);
    await startRun(page);
    await inState(page, 'done');
    const here = await savedRun(page);
    const written = await answer(page, SENTENCE);
    await addressShows(page, 'heads=2');
    // Defaults are left out.
    await addressShows(page, 'lr=', false);

    const elsewhere = await page.browser().createBrowserContext();
    const other = await newPage(elsewhere);
    await other.goto(page.url());
    await startRun(other);
    await inState(other, 'done');
    const there = await savedRun(other);
    expect(there.losses.slice(0, 20)).toEqual(here.losses.slice(0, 20));

    const folder = await mkdtemp(join(tmpdir(), 'qkv-train-'));
    const file = join(folder, 'run.safetensors');
    await writeFile(file, here.bytes);
    const fresh = await page.browser().createBrowserContext();
    const third = await newPage(fresh);
    await third.goto(page.url().replace(/#.*$/u, '#/train'));
    await trainReady(third);
    const input = defined((await third.$('[name="run-file"]')) ?? undefined, 'file input');
    await (input as import('puppeteer').ElementHandle<HTMLInputElement>).uploadFile(file);
    await inState(third, 'done');
    expect(await numberAt(third, '.run', 'step')).toBe(Number(QUICK.steps));
    expect(await answer(third, SENTENCE)).toBe(written);
    const again = await savedRun(third);
    expect(again.losses).toEqual(here.losses);
    expect(Buffer.compare(Buffer.from(again.bytes), Buffer.from(here.bytes))).toBe(0);
    await rm(folder, { recursive: true });
    await page.bringToFront();

    // What was trained here translates beside the shipped networks.
    await press(page, 'use');
    await page.waitForSelector('.run-buttons a');
    await page.click('.run-buttons a');
    await page.waitForSelector(`[data-model="${OWN}"][data-state="done"]`);
    const translated = await page.evaluate((name) => window.qkvPage?.answer(name), OWN);
    expect(translated?.source).toBe(SENTENCE);
    expect(translated?.translation?.target).toBe(written);
    await elsewhere.close();
    await fresh.close();
    expect(errors).toEqual([]);
  });
});
