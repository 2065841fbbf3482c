/** The attributes of this folder's ops. */
export type AdditiveAttrs = {
  /** Whether the last input is the number of visible keys of each row. */
  readonly lengths: boolean;
};

export type AttendGradAttrs = {
  /** Whether the last input is a gradient of the weights. */
  readonly weights: boolean;
};
