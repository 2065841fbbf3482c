/** Parts of a whole as text. */
import { language } from '../state/settings';

/** A part, 0 to 1, as a percentage in the page's language. */
export function percent(part: number, digits = 1): string {
  return part.toLocaleString(language.value, {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
