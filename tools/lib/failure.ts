/** Error messages and exit codes of commands. */
import { CommanderError } from 'commander';

export interface Failure {
  readonly exitCode: number;
  /** The text to print; errors that users can act on are printed without a stack. */
  readonly text: string;
}

export function failureOf(error: unknown): Failure {
  // Commander has printed the message already.
  if (error instanceof CommanderError) return { exitCode: error.exitCode, text: '' };
  return { exitCode: 1, text: `${textOf(error)}\n` };
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isTyped = 'code' in error && typeof error.code === 'string';
  return isTyped ? `${error.name}: ${error.message}` : (error.stack ?? String(error));
}
