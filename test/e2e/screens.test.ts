/** Pictures on screens of any density, and a tab that is not in view. */
import { PNG } from 'pngjs';
import type { ElementHandle } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { newPage } from '../../tools/browser';
import { isFull } from '../support/sample';
import { useSite } from '../support/site';
import { afterStep, inState, numberAt, QUICK, startRun, trainAddress } from '../support/trainView';

/** Views whose pictures are drawn on canvases. */
const VIEWS = ['inside', 'road/8', 'road/19'];

describe.runIf(isFull)('a canvas', () => {
  const site = useSite();

  it.each(VIEWS)('of %s is neither blank nor blurred at any density', async (view) => {
    const { page, errors } = await site.open(undefined, `#/${view}`);
    await page.waitForSelector('[data-ready="true"]');
    for (const deviceScaleFactor of [1, 2, 3]) {
      await page.setViewport({ width: 1280, height: 900, deviceScaleFactor });
      const canvas = await page.waitForSelector('canvas');
      const cells = await colours(canvas as ElementHandle<HTMLCanvasElement>);
      expect(cells.size).toBeGreaterThan(1);
      const shown = await shownColours(
        canvas as ElementHandle<HTMLCanvasElement>,
        2 * deviceScaleFactor,
      );
      // Between the cells of a blurred picture there would be further colours.
      expect(shown.size).toBeGreaterThan(1);
      expect(shown.size, String(deviceScaleFactor)).toBeLessThanOrEqual(cells.size);
    }
    expect(errors).toEqual([]);
  });
});

describe.runIf(isFull)('a run in a tab that is not in view', () => {
  const site = useSite({ throttles: true });

  it('goes on', async () => {
    const { page } = await site.open(undefined, trainAddress({ ...QUICK, steps: '2000' }));
    await startRun(page);
    await afterStep(page, 1);
    const other = await newPage(page.browser());
    await other.goto('about:blank');
    await other.bringToFront();
    await expect.poll(() => page.evaluate(() => document.visibilityState)).toBe('hidden');
    const before = await numberAt(page, '.run', 'step');
    await expect
      .poll(() => numberAt(page, '.run', 'step'), { timeout: 120_000 })
      .toBeGreaterThan(before + 10);
    expect(await page.evaluate(() => document.visibilityState)).toBe('hidden');
    await page.bringToFront();
    await page.click('[data-action="pause"]');
    await inState(page, 'paused');
  });
});

/** The colours of a canvas's own pixels. */
async function colours(canvas: ElementHandle<HTMLCanvasElement>): Promise<ReadonlySet<number>> {
  const numbers = await canvas.evaluate((element) => {
    const { width, height } = element;
    const { data } = element.getContext('2d')?.getImageData(0, 0, width, height) ?? { data: [] };
    return [...data];
  });
  return new Set(Array.from({ length: numbers.length / 4 }, (_, i) => numberOf(numbers, 4 * i)));
}

/** The colours of a canvas on the screen, without its edge, where other things may be seen. */
async function shownColours(
  canvas: ElementHandle<HTMLCanvasElement>,
  edge: number,
): Promise<ReadonlySet<number>> {
  const { data, width, height } = PNG.sync.read(Buffer.from(await canvas.screenshot()));
  const found = new Set<number>();
  for (let y = edge; y < height - edge; y++) {
    for (let x = edge; x < width - edge; x++) found.add(numberOf(data, 4 * (y * width + x)));
  }
  return found;
}

function numberOf(data: ArrayLike<number>, at: number): number {
  return [0, 1, 2, 3].reduce((sum, i) => 256 * sum + (data[at + i] ?? 0), 0);
}
