/**
 * Checks for a WebGPU adapter in Node (Dawn) and in headless Chrome; exits with 0 if both have one.
 */
import { openDevice } from 'qkv';
import { newPage, openBrowser } from './browser';
import { serveDemo } from './lib/pages';
import { nodeGpu } from './nodeGpu';

async function nodeAdapter(): Promise<string | undefined> {
  try {
    const device = await openDevice({ gpu: await nodeGpu() });
    const name = device.adapterName;
    device.dispose();
    return name;
  } catch {
    return undefined;
  }
}

async function chromeAdapter(): Promise<string | undefined> {
  const site = await serveDemo();
  const browser = await openBrowser();
  try {
    const page = await newPage(browser);
    await page.goto(site.url, { waitUntil: 'domcontentloaded' });
    return await page.evaluate(async () => {
      const adapter = await navigator.gpu?.requestAdapter();
      return adapter ? `${adapter.info.vendor} ${adapter.info.architecture}` : undefined;
    });
  } finally {
    await browser.close();
    await site.close();
  }
}

/** Runs the command. @returns the exit code */
export async function main(): Promise<number> {
  const adapters = { node: await nodeAdapter(), chrome: await chromeAdapter() };
  process.stdout.write(`${JSON.stringify(adapters)}\n`);
  return adapters.node !== undefined && adapters.chrome !== undefined ? 0 : 1;
}
