/** How built pages are cut into files. */
import type { Rolldown } from 'vite';

/**
 * What a page begins with is one file, not one for each set of chunks that share modules; what it loads
 * when it needs it stays apart.
 */
export const initialInOne: Rolldown.OutputOptions = {
  codeSplitting: { groups: [{ name: 'initial', tags: ['$initial'] }] },
};
