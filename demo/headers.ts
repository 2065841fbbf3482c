/** The headers that a host of the page should send. */

/** The policy of the page and of its worker, which do not ask any other host for anything. */
export const POLICY = [
  "default-src 'none'",
  ...['script-src', 'style-src', 'font-src', 'worker-src', 'connect-src'].map(
    (name) => `${name} 'self'`,
  ),
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types qkv',
].join('; ');

/** The headers of a file. @param path of the address: '/assets/main-B4f2.js' */
export function headersOf(path: string): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': `${POLICY}; frame-ancestors 'none'`,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    // The names of built files tell their content; all others are asked for again.
    'Cache-Control': path.startsWith('/assets/')
      ? 'public, max-age=31536000, immutable'
      : 'no-cache',
  };
}
