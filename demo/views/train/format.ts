/** Numbers of the view as text. */
import { language, words } from '../../state/settings';
import { WORDS } from './words';

/** A duration in seconds. */
export function duration(seconds: number): string {
  const own = WORDS[language.value];
  const { number } = words.value;
  if (seconds < 100) return own.seconds(number(seconds, seconds < 10 ? 1 : 0));
  if (seconds < 6000) return own.minutes(number(seconds / 60, seconds < 600 ? 1 : 0));
  return own.hours(number(seconds / 3600, 1));
}

/** A number of bytes, in megabytes. */
export function megabytes(bytes: number): string {
  return `${words.value.number(bytes / 1e6, 1)} MB`;
}

/** A learning rate. */
export function rateText(rate: number): string {
  return rate === 0 || rate >= 0.001 ? words.value.number(rate, 5) : rate.toExponential(1);
}
