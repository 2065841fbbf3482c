/** Starts workers from the address of a script, without a bundler, even from another origin. */

/**
 * Starts a module worker.
 * @param script the address of a script that calls `serve`, relative to the page; may be of another
 *   origin that allows it by CORS headers
 */
export function openWorker(
  script: string | URL,
  options: Omit<WorkerOptions, 'type'> = {},
): Worker {
  const { href, origin } = new URL(script, document.baseURI);
  const moduleOptions = { ...options, type: 'module' } as const;
  if (origin === location.origin) return new Worker(href, moduleOptions);
  // Browsers reject worker scripts of another origin, but a worker may import modules from there.
  const text = `import ${JSON.stringify(href)};`;
  const address = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const worker = new Worker(address, moduleOptions);
  worker.addEventListener('message', () => URL.revokeObjectURL(address), { once: true });
  return worker;
}
