/** What a command prints of an error: what users can act on is told without a stack. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isTyped = 'code' in error && typeof error.code === 'string';
  return isTyped ? `${error.name}: ${error.message}` : (error.stack ?? String(error));
}
