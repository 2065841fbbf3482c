/** Runs other programs with a clean environment, and collects their output. */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { root } from '../environment.mjs';

export interface Finished {
  readonly isSuccess: boolean;
  readonly stdout: string;
  /** Standard output and error. */
  readonly text: string;
}

/** Time limit of a program. */
const PATIENCE_MS = 600_000;

/** Runs a program to its end. Tools that the app does not have are taken from the checkout. */
export function runProgram(
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<Finished> {
  // Without the variables of an enclosing `npm run` and its Node.
  const { NODE_ENV: _, QKV_COMMAND_CHILD: __, ...rest } = process.env;
  const own = Object.entries(rest).filter(([key]) => !key.startsWith('npm_'));
  const path = [process.env.PATH, join(root, 'node_modules', '.bin')].join(delimiter);
  const env = { ...Object.fromEntries(own), PATH: path, NEXT_TELEMETRY_DISABLED: '1' };
  const shell = process.platform === 'win32';
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env,
      shell,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: PATIENCE_MS,
      killSignal: 'SIGKILL',
    });
    let [stdout, text] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      text += chunk;
    });
    child.stderr.on('data', (chunk) => {
      text += chunk;
    });
    child.on('error', (error) => resolve({ isSuccess: false, stdout, text: error.message }));
    child.on('close', (code, signal) => {
      const end = signal === null ? '' : `\n${program} was stopped by ${signal}`;
      resolve({ isSuccess: code === 0, stdout, text: text + end });
    });
  });
}
