/** Options of Vite with which the package's own name resolves to its sources. */
export declare const fromSource: {
  readonly resolve: { readonly conditions: string[] };
  readonly ssr: { readonly resolve: { readonly conditions: string[] } };
};
