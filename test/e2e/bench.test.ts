/** `npm run bench` and its page, on the smallest workload; with peers in the full run. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { newPage, openBrowser } from '../../tools/browser';
import { serveBench } from '../../tools/lib/pages';
import { runCommand, runHere } from '../support/command';
import { isFull } from '../support/sample';

const WORKLOAD = 'matmul-row';
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qkv-bench-test-'));
  // What is tuned here is forgotten with the folder.
  vi.stubEnv('XDG_CACHE_HOME', folder);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

it('tunes for a workload in the browser, and keeps the choice for that browser', async () => {
  const { code, stdout, stderr } = await runCommand(
    ...['tune', '--browser', '--workloads', WORKLOAD, '--seconds', '60', '--json'],
  );
  expect(code, stderr).toBe(0);
  const { measured, left } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  expect([measured.length, left]).toEqual([1, []]);
  const [{ times, chosen }] = measured;
  expect(times.map(({ candidate }: { candidate: string }) => candidate)).toContain(chosen);
  const [file = ''] = await readdir(join(folder, 'qkv'));
  const kept = JSON.parse(await readFile(join(folder, 'qkv', file), 'utf8'));
  expect(kept.adapter).toContain('Chrome');
  expect(Object.values(kept.choices)).toEqual([expect.objectContaining({ candidate: chosen })]);
});

it('measures a workload, and writes its result and a report', async () => {
  const out = join(folder, 'out');
  const { code, stdout, stderr } = await runCommand(
    ...['bench', '--only', WORKLOAD, '--peers', 'none', '--samples', '3', '--tuned', '--json'],
    ...['--out', out],
  );
  expect(code, stderr).toBe(0);
  const record = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  expect(record).toMatchObject({
    adapter: expect.stringMatching(/\S/),
    browser: expect.stringContaining('Chrome'),
    commit: expect.stringMatching(/\S/),
  });
  const [row] = record.rows;
  expect(row).toMatchObject({ workload: WORKLOAD, dispatches: 1, ratio: {} });
  expect(row.medianMs).toBeGreaterThan(0);
  expect(row.firstMs).toBeGreaterThan(0);
  const [{ results, differences }] = record.details.results;
  expect(differences.qkv).toBeLessThanOrEqual(512 * 2 ** -24);
  expect(results.qkv.submits).toBeGreaterThan(0);
  expect(results.qkv.pipelines).toBeGreaterThan(0);
  // The weights alone are 4 * 512 * 2048 bytes.
  expect(results.qkv.peakBytes).toBeGreaterThan(4 * 512 * 2048);
  for (const value of Object.values(record.details.limits)) {
    if (typeof value === 'number') expect(value).toBeGreaterThanOrEqual(0);
  }
  expect(record.details.limits.flopsPerSecond).toBeGreaterThan(0);
  expect(JSON.parse(await readFile(join(out, 'result.json'), 'utf8'))).toEqual(record);
  const report = await readFile(join(out, 'report.html'), 'utf8');
  expect(report).toContain(WORKLOAD);
  expect(report).toContain('<svg');
});

it('measures in Node, and says how far it is', async () => {
  const { code, stdout, stderr } = await runCommand(
    ...['bench', '--node', '--only', WORKLOAD, 'softmax', '--samples', '1', '--json'],
    ...['--out', join(folder, 'node')],
  );
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/softmax: 2 of 2, [\d.]+ minutes so far/);
  const record = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  expect(record.browser).toContain('Dawn in Node');
  const names = record.rows.map(({ workload }: { workload: string }) => workload);
  expect(names).toEqual([WORKLOAD, 'softmax']);
});

it.runIf(isFull)('compares with every peer', async () => {
  const { code, stdout, stderr } = await runCommand(
    ...['bench', '--only', 'softmax', '--samples', '3', '--json', '--out', join(folder, 'peers')],
  );
  expect(code, stderr).toBe(0);
  const { rows } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  expect(Object.keys(rows[0].ratio).toSorted()).toEqual(['jax-js', 'ort-webgpu', 'tfjs']);
});

it('says what is wrong with its options', async () => {
  const { code, stderr } = await runHere('bench', '--only', 'matmul-7');
  expect([code, stderr]).toEqual([1, expect.stringContaining("'matmul-7' is unknown")]);
  const node = await runHere('bench', '--node', '--peers', 'tfjs');
  expect([node.code, node.stderr]).toEqual([1, expect.stringContaining('in browsers only')]);
});

/** Ticks the workload alone. */
async function choose(page: Page): Promise<void> {
  await page.waitForSelector('#workloads input');
  await page.$$eval(
    '#workloads input',
    (boxes, name) => {
      for (const box of boxes) if (box.checked !== (box.value === name)) box.click();
    },
    WORKLOAD,
  );
}

it('runs and tunes as a page at the press of buttons', async () => {
  const site = await serveBench(false);
  const browser = await openBrowser();
  try {
    const page = await newPage(browser);
    await page.goto(site.url);
    await choose(page);
    await page.click('#run');
    await page.waitForSelector('#bench[data-state="done"], #bench[data-state="error"]');
    const text = await page.$eval('#message', (message) => message.textContent);
    expect(text).toBe('');
    const heads = await page.$$eval('#results h2', (found) => found.map((one) => one.textContent));
    expect(heads).toEqual([WORKLOAD]);
    const values = await page.$$eval('#results meter', (bars) => bars.map(({ value }) => value));
    expect(values).toHaveLength(1);
    expect(values[0]).toBeGreaterThan(0);
    expect(await page.$eval('#copy', (button) => (button as HTMLButtonElement).disabled)).toBe(
      false,
    );
    const tuneOnce = async () => {
      await page.click('#tune');
      await page.waitForSelector('#bench[data-state="done"], #bench[data-state="error"]');
      return page.$eval('#status', (status) => status.textContent);
    };
    expect(await tuneOnce()).toContain('Measured 1 class of');
    expect(await page.$eval('#results', (cards) => cards.textContent)).toContain('Kernels chosen');
    await page.reload();
    await choose(page);
    await page.click('#run');
    await page.click('#stop');
    await page.waitForSelector('#bench[data-state="done"], #bench[data-state="error"]');
    expect(await page.$eval('#status', (status) => status.textContent)).toBe('Stopped.');
    expect(await tuneOnce()).toContain('Measured 0 classes');
  } finally {
    await browser.close();
    await site.close();
  }
});
