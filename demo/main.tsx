/** Starts the page: takes over what was rendered when it was built. */
import { effect } from '@preact/signals';
import { hydrate, render } from 'preact';
import { App } from './app';
import { pageState } from './pageState';
import type { Answer } from './state/answers';
import { followAddress, route } from './state/route';
import { followSettings } from './state/settings';
import './style/base.css';
import './style/translate.css';

declare global {
  interface Window {
    qkvPage?: { answer(model: string): Answer | undefined };
  }
}

const root = document.getElementById('app');
if (root === null) throw new Error('the page has no element #app');
followAddress();
const views = {
  road: () => import('./views/road/road'),
  train: () => import('./views/train/train'),
  inside: () => import('./views/inside/inside'),
  kernels: () => import('./views/kernels/kernels'),
};
const state = pageState(views, ownModel());
// Only the landing view was rendered when the page was built.
if (route.value.path === 'translate') hydrate(<App {...state} />, root);
else {
  root.replaceChildren();
  render(<App {...state} />, root);
}
effect(() => {
  state.sentence.value = route.value.query.get('text') ?? state.sentence.peek();
});
/** For scripts that drive the page: a model's answer as it is shown. */
window.qkvPage = { answer: (model) => state.answers.get(model)?.answer.peek() };
followSettings();

/** The model named in the address: its folder, if that is a name. */
function ownModel(): string | undefined {
  const name = route.value.query.get('model') ?? undefined;
  return name !== undefined && /^[\w-]+$/u.test(name) ? name : undefined;
}
