/** Says that there is no GPU, what helps in this browser, and that the CPU computes meanwhile. */
import { adviceHere } from '../../engine/advice';
import type { Engine } from '../../engine/engine';
import { words } from '../../state/settings';

export function NoGpuNote({ engine }: { readonly engine: Engine }) {
  const error = engine.noGpu.value;
  if (error === undefined) return null;
  const { title, meanwhile, advice } = words.value.noGpu;
  const kind = adviceHere();
  return (
    <aside class="no-gpu card" data-advice={kind}>
      <strong>{title}</strong>
      <p>{meanwhile}</p>
      <p>{advice[kind]}</p>
      <p class="hint" lang="en">
        {error instanceof Error ? error.message : String(error)}
      </p>
    </aside>
  );
}
