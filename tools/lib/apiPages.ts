/** The API pages of the site, by typedoc, from the descriptions in the sources of the entries. */
import { join } from 'node:path';
import { ensureApiPages, root } from '../environment.mjs';
import { packageEntries } from './entries';
import { runProgram } from './runProgram';

/**
 * Writes the pages; installs typedoc first where it is missing.
 * @throws Error with what typedoc says: its warnings, too, such as of a broken link
 */
export async function writeApiPages(folder: string): Promise<void> {
  ensureApiPages();
  const script = join(root, 'tools', 'apiPages', 'generate.mjs');
  const entries = JSON.stringify(packageEntries());
  const { isSuccess, text } = await runProgram(process.execPath, [script, folder, entries], root);
  if (!isSuccess) throw new Error(`the API pages cannot be written:\n${text}`);
}
