/** What helps a visitor whose browser gives no GPU, from what is known of that browser. */

/** What the page knows of a browser. */
export interface Browser {
  readonly userAgent: string;
  /** Whether the page's address is one that browsers trust. */
  readonly isSecure: boolean;
  /** Whether the browser has WebGPU at all. */
  readonly hasWebGpu: boolean;
}

/** The kinds of advice, each a text of the catalogue. */
export type Advice = 'insecure' | 'adapter' | 'firefox' | 'safari' | 'chromium' | 'other';

export function adviceFor({ userAgent, isSecure, hasWebGpu }: Browser): Advice {
  if (!isSecure) return 'insecure';
  if (hasWebGpu) return 'adapter';
  if (/Firefox\//u.test(userAgent)) return 'firefox';
  if (/(Chrome|Chromium|CriOS|Edg)\//u.test(userAgent)) {
    // On iPhones and iPads every browser is Safari inside.
    return /iPhone|iPad/u.test(userAgent) ? 'safari' : 'chromium';
  }
  return /Safari\//u.test(userAgent) ? 'safari' : 'other';
}

/** What helps in the browser that runs this. */
export const adviceHere = (): Advice =>
  adviceFor({
    userAgent: navigator.userAgent,
    isSecure: isSecureContext,
    hasWebGpu: 'gpu' in navigator,
  });
