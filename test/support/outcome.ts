/** How work ended, without throwing: to compare with what was expected of it. */

/** 'resolved', or what it was rejected with. */
export const outcome = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'resolved',
    (error: unknown) => error,
  );
