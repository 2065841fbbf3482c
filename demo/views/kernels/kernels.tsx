/** The view of the kernels: whether they are right on the visitor's GPU, and how fast. */
import type { Signal } from '@preact/signals';
import type { Engine } from '../../engine/engine';
import { language } from '../../state/settings';
import { Bench } from './bench';
import { Check } from './check';
import { WORDS } from './words';
import '../../style/widgets.css';
import '../../style/road.css';
import './kernels.css';

export interface KernelsProps {
  readonly engine: Engine;
  readonly sentence: Signal<string>;
}

export default function Kernels({ engine, sentence }: KernelsProps) {
  const own = WORDS[language.value];
  return (
    <main id="content" class="kernels-view figure" data-ready="true">
      <header>
        <h1>{own.title}</h1>
        <p class="lead">{own.text}</p>
      </header>
      <Check {...{ engine, sentence }} />
      <Bench {...{ engine }} />
    </main>
  );
}
