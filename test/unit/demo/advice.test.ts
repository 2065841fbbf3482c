/** What helps where a browser gives no GPU. */
import { expect, it } from 'vitest';
import { adviceFor } from '../../../demo/engine/advice';

const AGENTS = {
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  safari:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
  chromium:
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  other: 'Lynx/2.9',
} as const;

it.each(Object.entries(AGENTS))('knows %s', (kind, userAgent) => {
  expect(adviceFor({ userAgent, isSecure: true, hasWebGpu: false })).toBe(kind);
  expect(adviceFor({ userAgent, isSecure: false, hasWebGpu: false })).toBe('insecure');
  expect(adviceFor({ userAgent, isSecure: true, hasWebGpu: true })).toBe('adapter');
});

it('knows that Chrome on an iPhone is Safari inside', () => {
  const userAgent =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1';
  expect(adviceFor({ userAgent, isSecure: true, hasWebGpu: false })).toBe('safari');
});
