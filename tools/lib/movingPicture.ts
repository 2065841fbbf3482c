/** Records what a page shows as a moving picture (GIF), in the time that it took. */
import { encode } from 'modern-gif';
import { PNG } from 'pngjs';
import type { Page } from 'puppeteer';

interface Frame {
  readonly data: Uint8Array<ArrayBuffer>;
  /** How long it is shown, in milliseconds. */
  delay: number;
}

/** Colours of the picture: few, so that the file is small. */
const COLOURS = 64;

/** How long the last frame is shown before the picture starts anew. */
const LAST_MS = 2500;

/** No frame is shown for longer, however long a model took to load. */
const LONGEST_MS = 1200;

/** Takes pictures of a page, one after another, until something is done. */
export async function movingPicture(page: Page, act: () => Promise<void>): Promise<Uint8Array> {
  const { width, height } = page.viewport() ?? { width: 0, height: 0 };
  const frames: Frame[] = [];
  let isDone = false;
  const acting = act().finally(() => {
    isDone = true;
  });
  for (let start = performance.now(); !isDone; ) {
    const { data } = PNG.sync.read(Buffer.from(await page.screenshot()));
    const now = performance.now();
    const last = frames.at(-1);
    if (last !== undefined) last.delay += now - start;
    start = now;
    if (last === undefined || !data.equals(last.data)) {
      frames.push({ data: Uint8Array.from(data), delay: 0 });
    }
  }
  await acting;
  const shown = frames.map(({ data, delay }, i) => ({
    data,
    delay: i + 1 < frames.length ? Math.min(delay, LONGEST_MS) : LAST_MS,
  }));
  return new Uint8Array(await encode({ width, height, frames: shown, maxColors: COLOURS }));
}
