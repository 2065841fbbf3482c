/** A part that scrolls sideways within itself, by the keyboard as well. */
import type { ComponentChildren } from 'preact';

export interface ScrollRegionProps {
  readonly label: string;
  readonly children: ComponentChildren;
}

export function ScrollRegion({ label, children }: ScrollRegionProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by Tab
    <section class="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
