/**
 * npm's `prepare` script, which builds the library when npm installs the package from a git
 * address. In a checkout, which needs no built library, it runs once after the first `npm ci`; `npm
 * pack` always builds.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './environment.mjs';

const isBuilt = existsSync(join(root, 'dist', 'lib', 'index.js'));
const hasTools = existsSync(join(root, 'node_modules', 'vite', 'package.json'));

if (!isBuilt && hasTools) {
  const args = [join(root, 'tools', 'run.mjs'), 'build', '--library'];
  process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
} else if (!isBuilt) {
  process.stderr.write('qkv: not built, since its development packages are not installed\n');
}
