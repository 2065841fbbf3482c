/** The sizes of apps that translate and embed: what a web developer pays for the package. */
import { expect, it } from 'vitest';
import {
  appSize,
  HELD_LIMIT,
  PUBLISHED_LIMITS,
  TRANSLATES,
  TRANSLATOR_LIMIT,
} from '../../../tools/lib/appSizes';

it.each([[TRANSLATES, HELD_LIMIT] as const, ...Object.entries(PUBLISHED_LIMITS)])(
  'an app that %s stays within its limit of %d bytes, as one file',
  async (name, limit) => {
    const { gzipBytes } = await appSize(name);
    expect(gzipBytes).toBeLessThanOrEqual(limit);
    // Not because the app was left out.
    expect(gzipBytes).toBeGreaterThan(TRANSLATOR_LIMIT / 2);
  },
);
