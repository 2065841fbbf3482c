/**
 * Runs a command of the project: installs what is missing, then bundles all commands if their
 * sources have changed, and runs one in a process whose environment has the variables by which Dawn
 * finds its driver.
 *   node tools/run.mjs NAME [arguments]   runs tools/NAME.ts
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { dawnEnvironment, ensureBrowser, ensurePackages, root } from './environment.mjs';

const CHILD = 'QKV_COMMAND_CHILD';
const [name, ...args] = process.argv.slice(2);
/** Commands that need neither a GPU nor a browser. */
const PLAIN = ['build', 'corpus'];
const needsBrowser = !PLAIN.includes(name) && !args.includes('--help') && !args.includes('-h');

if (process.env[CHILD] === undefined) {
  const env = { ...process.env, [CHILD]: '1' };
  try {
    ensurePackages();
    // Dawn's software driver is part of the browser, so that GPU commands need one.
    if (needsBrowser) {
      Object.assign(env, { PUPPETEER_EXECUTABLE_PATH: ensureBrowser() }, dawnEnvironment());
    }
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
  const script = join(root, 'tools', 'run.mjs');
  const child = spawn(process.execPath, [script, name, ...args], { stdio: 'inherit', env });
  // The child handles Ctrl-C (it saves its state); this process only returns its exit code.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
} else {
  const { loadCommand } = await import('./lib/commands.mjs');
  const { load, failureOf } = await loadCommand(name);
  try {
    const main = await load();
    const code = await main(args);
    process.exit(code ?? 0);
  } catch (error) {
    const { exitCode, text } = failureOf(error);
    process.stderr.write(text);
    process.exit(exitCode);
  }
}
