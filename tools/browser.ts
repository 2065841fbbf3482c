/**
 * Chrome or Chromium with WebGPU, driven by puppeteer, with the same flags for commands, end-to-end
 * tests and benches.
 */
import type { Browser, BrowserContext, Page } from 'puppeteer';
import { ensureBrowser } from './environment.mjs';

export interface BrowserOptions {
  /** Whether to show a window (default false). */
  readonly headed?: boolean;
  /** False starts a browser that finds no adapter. */
  readonly webGpu?: boolean;
  /** Whether pages that are not in view are slowed down, as they are for a visitor (default false). */
  readonly throttles?: boolean;
  /** Further flags. */
  readonly flags?: readonly string[];
}

/** Flags that disable background network traffic. */
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
];

/** Flags of puppeteer by which pages that are not in view run as fast as others. */
const UNTHROTTLED = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/**
 * Flags that enable WebGPU. QKV_ADAPTER=hardware or software requires that kind of adapter;
 * otherwise Chrome chooses.
 */
function gpuFlags(): readonly string[] {
  const flags = ['--enable-unsafe-webgpu', '--ignore-gpu-blocklist'];
  const adapter = process.env.QKV_ADAPTER;
  if (adapter === 'software') return [...flags, '--use-webgpu-adapter=swiftshader'];
  // Headless Chrome on Linux reaches a real GPU through Vulkan only when told so.
  if (process.platform === 'linux') return [...flags, '--enable-features=Vulkan'];
  return flags;
}

/**
 * puppeteer's timeout is disabled, because software adapters are slow; commands have their own
 * limits.
 */
const PATIENCE_MS = 3_600_000;

/** Starts a browser; the caller closes it. */
export async function openBrowser(options: BrowserOptions = {}): Promise<Browser> {
  const { headed = false, webGpu = true, throttles = false, flags = [] } = options;
  const { default: puppeteer } = await import('puppeteer');
  const isRoot = process.getuid?.() === 0;
  return puppeteer.launch({
    executablePath: ensureBrowser(),
    headless: !headed,
    // A browser starts slowly on a busy machine.
    timeout: 120_000,
    protocolTimeout: PATIENCE_MS,
    ...(throttles ? { ignoreDefaultArgs: [...UNTHROTTLED] } : {}),
    args: [
      ...QUIET,
      // Chrome's sandbox does not work for root.
      ...(isRoot ? ['--no-sandbox'] : []),
      ...(webGpu ? gpuFlags() : ['--disable-features=WebGPU', '--disable-gpu']),
      ...flags,
    ],
  });
}

/** Connects to a running browser. @param url of its DevTools, ws://... or wss://... */
export async function connectBrowser(url: string): Promise<Browser> {
  const { default: puppeteer } = await import('puppeteer');
  return puppeteer.connect({ browserWSEndpoint: url, protocolTimeout: PATIENCE_MS });
}

/** Opens a page that waits for as long as it takes: a busy machine loads many modules slowly. */
export async function newPage(browser: Browser | BrowserContext): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}

/** Collects the errors of a page: uncaught errors, console errors, failed requests. */
export function collectErrors(page: Page): readonly string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => {
    errors.push(error instanceof Error ? error.message : String(error));
  });
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('requestfailed', (request) => {
    errors.push(`${request.url()}: ${request.failure()?.errorText ?? 'failed'}`);
  });
  return errors;
}
