/** Keys of strategies, for methods whose options change the plan. */

/**
 * A key that is equal for options that can share a plan.
 * @param inputs names of options that are inputs of a run, so that changing them compiles nothing
 */
export function optionsKey(options: object, inputs: readonly string[] = []): string {
  const fields = Object.entries(options).filter(
    ([name, value]) => value !== undefined && value !== false && !inputs.includes(name),
  );
  return JSON.stringify(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
