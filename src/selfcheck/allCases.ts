/** The cases of all ops, collected from their files, so that new ops are included. */
import type { Case } from '../graph/cases';

/** Cases by op folder. */
export function allCases(): Readonly<Record<string, readonly Case[]>> {
  const files = import.meta.glob<readonly Case[]>('../ops/*/cases.ts', {
    eager: true,
    import: 'cases',
  });
  return Object.fromEntries(
    Object.entries(files).map(([path, cases]) => [path.split('/').at(-2) ?? path, cases]),
  );
}
