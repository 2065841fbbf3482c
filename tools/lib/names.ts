/** Command-line options that take names from a list. */
import { InvalidArgumentError, Option } from 'commander';

/** Names separated by spaces or commas. */
export function names(flags: string, description: string, known: readonly string[]): Option {
  return new Option(flags, `${description} (${known.join(', ')})`).argParser(
    (value: string, before: readonly string[] | undefined) => {
      const found = value.split(',').filter((name) => name !== '');
      const unknown = found.filter((name) => !known.includes(name));
      if (unknown.length === 0) return [...(before ?? []), ...found];
      throw new InvalidArgumentError(`'${unknown}' is unknown; known: ${known.join(', ')}`);
    },
  );
}
