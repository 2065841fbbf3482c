/**
 * The export condition by which the package's entries resolve to their sources in the checkout, so
 * that nothing has to be built first. Users of the package do not set it and get the built files.
 */
import { defaultClientConditions, defaultServerConditions } from 'vite';

const SOURCE = 'qkv-source';

/** The same for the entry that Node has of its own. */
const NODE_SOURCE = 'qkv-source-node';

/** Vite's options for code that imports `qkv` by name. */
export const fromSource = {
  resolve: { conditions: [SOURCE, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [NODE_SOURCE, SOURCE, ...defaultServerConditions] } },
};
