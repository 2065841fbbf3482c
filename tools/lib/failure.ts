/** How a command ends by an error. */
import { CommanderError } from 'commander';

export interface Failure {
  readonly exitCode: number;
  /** What is left to print; what users can act on is told without a stack. */
  readonly text: string;
}

export function failureOf(error: unknown): Failure {
  // Commander has printed its help or what is wrong by itself.
  if (error instanceof CommanderError) return { exitCode: error.exitCode, text: '' };
  return { exitCode: 1, text: `${textOf(error)}\n` };
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isTyped = 'code' in error && typeof error.code === 'string';
  return isTyped ? `${error.name}: ${error.message}` : (error.stack ?? String(error));
}
