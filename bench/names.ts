/** The name of qkv's contestant. */
export const OURS = 'qkv';
