/** Generates the API pages of the site with typedoc. */
import { join } from 'node:path';
import { ensureApiPages, root } from '../environment.mjs';
import { packageEntries } from './entries';
import { runProgram } from './runProgram';

/**
 * Generates the pages; installs typedoc first if it is missing.
 * @throws Error with typedoc's errors and warnings, such as of broken links
 */
export async function writeApiPages(folder: string): Promise<void> {
  ensureApiPages();
  const script = join(root, 'tools', 'apiPages', 'generate.mjs');
  const entries = JSON.stringify(packageEntries());
  const { isSuccess, text } = await runProgram(process.execPath, [script, folder, entries], root);
  if (!isSuccess) throw new Error(`the API pages cannot be written:\n${text}`);
}
