/** Scrolls a part that scrolls sideways, and nothing else, until something in it is in view. */

/** @param part what is to be in view; in the middle, if it was not in view */
export function bringIntoRegion(part: Element | null | undefined): void {
  const region = part?.closest('.scroll');
  if (!part || !region) return;
  const [own, all] = [part.getBoundingClientRect(), region.getBoundingClientRect()];
  if (own.left >= all.left && own.right <= all.right) return;
  region.scrollLeft += (own.left + own.right - all.left - all.right) / 2;
}
