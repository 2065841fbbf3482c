/** The page's Trusted Types policy, which lets it start its own worker and nothing else. */

interface Policy {
  createScriptURL(address: string): unknown;
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): Policy;
}

/** The address of a script of this site, as browsers with Trusted Types want it. */
export function trustedScript(address: string): string {
  policy ??= factory()?.createPolicy('qkv', {
    createScriptURL: (url) => {
      if (new URL(url, document.baseURI).origin === location.origin) return url;
      throw new TypeError(`'${url}' is not a script of this site`);
    },
  });
  // The constructor of Worker takes the trusted address in place of a string.
  return (policy?.createScriptURL(address) ?? address) as string;
}

let policy: Policy | undefined;

function factory(): PolicyFactory | undefined {
  return (globalThis as { readonly trustedTypes?: PolicyFactory }).trustedTypes;
}
