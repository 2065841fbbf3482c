/**
 * Pages of a local site in a browser that cannot reach it: requests are answered through the
 * browser's own connection. The address stays on localhost, where WebGPU is allowed.
 */
import type { Page } from 'puppeteer';

/** @param origin of the local site; other requests are left alone */
export async function relay(page: Page, origin: string): Promise<void> {
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) {
      void request.continue();
      return;
    }
    void fetch(request.url()).then(
      async (response) =>
        request.respond({
          status: response.status,
          contentType: response.headers.get('content-type') ?? 'application/octet-stream',
          body: new Uint8Array(await response.arrayBuffer()),
        }),
      () => request.abort('connectionrefused'),
    );
  });
}
