/** The cases of every op, found by their files: an op that is added is checked as well. */
import type { Case } from '../graph/cases';

/** Op folder -> its cases. */
export function allCases(): Readonly<Record<string, readonly Case[]>> {
  const files = import.meta.glob<readonly Case[]>('../ops/*/cases.ts', {
    eager: true,
    import: 'cases',
  });
  return Object.fromEntries(
    Object.entries(files).map(([path, cases]) => [path.split('/').at(-2) ?? path, cases]),
  );
}
