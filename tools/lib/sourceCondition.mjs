/**
 * The package's own name inside the checkout: its entries resolve to their sources, so that nothing has to
 * be built first. Whoever installs the package does not set the condition and gets the built files.
 */
import { defaultClientConditions, defaultServerConditions } from 'vite';

const SOURCE = 'qkv-source';

/** Options of Vite for whatever imports `qkv` by name. */
export const fromSource = {
  resolve: { conditions: [SOURCE, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [SOURCE, ...defaultServerConditions] } },
};
