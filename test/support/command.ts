/** Runs one of the project's commands as a person does, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { vi } from 'vitest';
import { failureOf } from '../../tools/lib/failure';
import { ROOT } from './sourceScan';

/** The README's first command, which a test of its own runs. */
export const START_SENTENCE = 'the small black cat sees a big house';
export const START_COMMAND = `npm start -- "${START_SENTENCE}"`;

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

/** Runs a command in this process, which takes a moment and not seconds: for what ends at once. */
export async function runHere(name: string, ...args: readonly string[]): Promise<Finished> {
  const { main } = await import(`../../tools/${name}.ts`);
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)];
  let code: number;
  try {
    code = await main(args);
  } catch (error) {
    const { exitCode, text } = failureOf(error);
    process.stderr.write(text);
    code = exitCode;
  }
  return { code, stdout: stdout(), stderr: stderr() };
}

/** Takes what is written to a stream, until the function that is returned is called. */
function capture(stream: NodeJS.WriteStream): () => string {
  let text = '';
  const write = vi.spyOn(stream, 'write').mockImplementation((chunk) => {
    text += chunk;
    return true;
  });
  return () => {
    write.mockRestore();
    return text;
  };
}
