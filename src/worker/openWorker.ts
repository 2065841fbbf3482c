/** Starts workers where an app's bundler does not: from the address of a script, also on another host. */

/**
 * A module worker from a script that calls `serve`.
 * @param script relative to the page; may lie on another host, if that allows it (CORS)
 */
export function openWorker(
  script: string | URL,
  options: Omit<WorkerOptions, 'type'> = {},
): Worker {
  const { href, origin } = new URL(script, document.baseURI);
  const own = { ...options, type: 'module' } as const;
  if (origin === location.origin) return new Worker(href, own);
  // Workers of another origin are refused, imports are not.
  const text = `import ${JSON.stringify(href)};`;
  const address = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const worker = new Worker(address, own);
  worker.addEventListener('message', () => URL.revokeObjectURL(address), { once: true });
  return worker;
}
