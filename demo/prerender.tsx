/** The page as HTML, with what was recorded, for the time until its scripts run. */
import { render } from 'preact-render-to-string';
import { App } from './app';
import { pageState } from './pageState';

/** The content of #app. */
export function prerender(): string {
  return render(<App {...pageState()} />);
}
