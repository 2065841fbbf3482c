/** The README's blocks of code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './sourceScan';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The texts of its blocks in a language. */
export function readmeBlocks(language: string): readonly string[] {
  const found = readme.matchAll(new RegExp(`\`\`\`${language}\\n([^\`]*)\`\`\``, 'g'));
  return [...found].map(([, text = '']) => text.trim());
}
