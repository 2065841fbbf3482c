/** The attributes of this folder's ops, which op and reference share. */
export type CrossEntropyAttrs = {
  readonly labelSmoothing: number;
  readonly ignoreIndex: number | undefined;
};
