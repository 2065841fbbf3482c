/** The names of this folder's ops, which op and reference share. */
export type BinaryName = 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum';
