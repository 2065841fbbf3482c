/** The page as HTML, with what was recorded, for the time until its scripts run. */
import { render } from 'preact-render-to-string';
import { App } from './app';
import { pageState } from './pageState';

/** The content of #app. */
export function prerender(): string {
  // Only the landing view is rendered, so that no other is ever loaded.
  const never = () => Promise.reject(new Error('not loaded'));
  const views = { road: never, train: never, inside: never, kernels: never };
  return render(<App {...pageState(views)} />);
}
