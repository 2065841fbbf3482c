/** Runs one of the project's commands as a person does, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { ROOT } from './sourceScan';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `node tools/run.mjs NAME ARGS`. */
export function startCommand(name: string, ...args: readonly string[]): ChildProcess {
  // The command sets its own environment up, as from a shell.
  const { QKV_COMMAND_CHILD: _, ...env } = process.env;
  return spawn(process.execPath, ['tools/run.mjs', name, ...args], { cwd: ROOT, env });
}

/** Waits for a command's end and collects what it prints. */
export function finish(child: ChildProcess): Promise<Finished> {
  return new Promise((resolve) => {
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

export function runCommand(name: string, ...args: readonly string[]): Promise<Finished> {
  return finish(startCommand(name, ...args));
}
