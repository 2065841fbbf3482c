/** Types of onceForSources.mjs, which is plain JavaScript for tools/run.mjs. */
export declare function onceForSources(
  name: string,
  make: (folder: string) => Promise<unknown>,
  further?: readonly string[],
): Promise<string>;
