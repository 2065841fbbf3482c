/** The size of an app that translates: what a web developer pays for the package. */
import { expect, it } from 'vitest';
import { appSizes, HELD_LIMIT, TRANSLATOR_LIMIT } from '../../../tools/lib/appSizes';

it('stays within its limit, as one file', async () => {
  const [translates] = await appSizes('translator');
  expect(translates?.gzipBytes).toBeLessThanOrEqual(HELD_LIMIT);
  // Not because the app was left out.
  expect(translates?.gzipBytes).toBeGreaterThan(TRANSLATOR_LIMIT / 2);
});
