/**
 * Shows pages of a local site in a browser that cannot reach it, by answering requests through the
 * DevTools connection. The address stays on localhost, where WebGPU is allowed.
 */
import type { Page } from 'puppeteer';

/** Relays a page's requests. @param origin of the local site; other requests are not relayed */
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
