/** The name of our own contestant. */
export const OURS = 'qkv';
