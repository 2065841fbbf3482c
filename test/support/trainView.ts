/** Drives the view of training as its visitors do. */
import type { Page } from 'puppeteer';

/** A run that takes seconds, and learns. */
export const QUICK = {
  ...{ steps: '48', 'eval-every': '16', warmup: '10' },
  ...{ pairs: '600', batch: '16' },
} as const;

/** The address of the view, with what defines a run. */
export function trainAddress(query: Readonly<Record<string, string>> = {}): string {
  return `#/train?${new URLSearchParams(query)}`;
}

/** Waits until a run can be started. */
export function trainReady(page: Page) {
  return page.waitForSelector('.train[data-ready="true"]');
}

/** Starts the run that the form describes. */
export async function startRun(page: Page): Promise<void> {
  await trainReady(page);
  await page.waitForSelector('.start:not(:disabled)');
  await page.click('.start');
}

/** Presses a button of the run in view. */
export async function press(page: Page, action: string): Promise<void> {
  await page.waitForSelector(`[data-action="${action}"]:not(:disabled)`);
  await page.click(`[data-action="${action}"]`);
}

/** Waits until the run in view has a state. */
export function inState(page: Page, state: string) {
  return page.waitForSelector(`.run[data-state="${state}"]`, { timeout: 240_000 });
}

/** Waits until the run in view has done so many steps. */
export function afterStep(page: Page, step: number) {
  const reached = (least: number) =>
    Number(document.querySelector<HTMLElement>('.run')?.dataset.step) >= least;
  return page.waitForFunction(reached, { timeout: 240_000 }, step);
}

/** A number that an element of the view holds. */
export function numberAt(page: Page, selector: string, name: string): Promise<number> {
  return page.$eval(
    selector,
    (element, key) => Number((element as HTMLElement).dataset[key]),
    name,
  );
}

/** The bytes of a file that a button saves. */
export async function savedBytes(page: Page, button: string): Promise<Uint8Array> {
  const numbers = await page.evaluate(
    (selector) =>
      new Promise<number[]>((resolve) => {
        const create = URL.createObjectURL;
        URL.createObjectURL = (blob) => {
          URL.createObjectURL = create;
          void (blob as Blob).arrayBuffer().then((bytes) => resolve([...new Uint8Array(bytes)]));
          return create.call(URL, blob);
        };
        const { click } = HTMLAnchorElement.prototype;
        HTMLAnchorElement.prototype.click = () => {
          HTMLAnchorElement.prototype.click = click;
        };
        document.querySelector<HTMLButtonElement>(selector)?.click();
      }),
    button,
  );
  return Uint8Array.from(numbers);
}

/** What is in a saved run: its losses, and the page's log. */
export async function savedRun(page: Page): Promise<SavedRun> {
  const bytes = await savedBytes(page, '[data-action="save-run"]');
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const [from, to] = header.losses.data_offsets as [number, number];
  const losses = new Float32Array(bytes.slice(8 + length + from, 8 + length + to).buffer);
  return { bytes, losses: [...losses], ...JSON.parse(header.__metadata__.recipe) };
}

export interface SavedRun {
  readonly bytes: Uint8Array;
  readonly losses: readonly number[];
  readonly recipe: { readonly kind: string; readonly values: Readonly<Record<string, unknown>> };
  readonly log: {
    readonly norms: readonly number[];
    readonly rates: readonly number[];
    readonly counts: readonly number[];
    readonly baseline: number;
    readonly changes: readonly object[];
    readonly looks: readonly {
      readonly step: number;
      readonly loss: number;
      readonly bleu?: number;
      readonly rows: readonly { readonly from: string; readonly to: string }[];
    }[];
  };
}
