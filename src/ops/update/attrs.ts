/** The attributes of this folder's ops, which op and reference share. */
export type WriteRowsAttrs = {
  /** First column of the rows that is written. */
  readonly column: number;
};
