/** The page: its head with the settings and the GPU, and the view in the address. */
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { Engine, ModelFiles } from './engine/engine';
import type { ModelInfo } from './engine/models';
import { LazyView } from './lazyView';
import type { AnswersByModel } from './state/answers';
import { lastQuery, route, routeHash } from './state/route';
import { LANGUAGES, language, THEMES, theme, words } from './state/settings';
import { Translate } from './views/translate/translate';
import { Choice } from './widgets/choice';

export interface AppProps {
  readonly engine: Engine;
  /** Models beside those of the page: trained by the visitor, or named in the address. */
  readonly further: ReadonlySignal<readonly ModelInfo[]>;
  readonly answers: AnswersByModel;
  readonly sentence: Signal<string>;
  /** The views beside the landing one, which are loaded when they are first shown. */
  readonly views: Views;
  /** Takes a model in among those that translate, for this visit. */
  adopt(name: string, files: ModelFiles): void;
}

type View = Pick<AppProps, 'engine' | 'sentence' | 'adopt'>;

/** Views by the first part of their path. */
export type Views = Readonly<
  Record<ViewName, () => Promise<{ readonly default: ComponentType<View> }>>
>;

/** The views beside the landing one, in the order of the menu. */
const VIEWS = ['road', 'train', 'inside', 'kernels'] as const;
type ViewName = (typeof VIEWS)[number];

export function App(props: AppProps) {
  const { views, sentence } = props;
  const [first = ''] = route.value.path.split('/', 1);
  const view = VIEWS.find((name) => name === first) ?? 'translate';
  const text = sentence.value;
  return (
    <>
      <a class="skip" href="#content">
        {words.value.skip}
      </a>
      <header class="top">
        <a class="brand" href="#/">
          qkv
        </a>
        <nav class="views" aria-label={words.value.views.label}>
          {(['translate', ...VIEWS] as const).map((name) => (
            <a
              key={name}
              href={routeHash(name, { ...lastQuery(name), text })}
              aria-current={name === view ? 'page' : undefined}
            >
              {words.value.views[name]}
            </a>
          ))}
        </nav>
        <GpuChip engine={props.engine} />
        <Choice
          label={words.value.language}
          options={LANGUAGES.map((name) => [name, name.toUpperCase()])}
          chosen={language}
          isBare
        />
        <Choice
          label={words.value.theme.label}
          options={THEMES.map((name) => [name, words.value.theme[name]])}
          chosen={theme}
          isBare
        />
      </header>
      {view === 'translate' ? (
        <Translate {...props} further={props.further.value} />
      ) : (
        <LazyView key={view} load={views[view]} props={props} />
      )}
    </>
  );
}

function GpuChip({ engine }: { readonly engine: Engine }) {
  const gpu = engine.gpu.value;
  const { label, memory, waiting, idle } = words.value.gpu;
  return (
    <p class="gpu" aria-live="polite" data-adapter={gpu?.adapter ?? ''}>
      {gpu !== undefined && <span class="for-readers">{label} </span>}
      {gpu === undefined
        ? engine.isStarted.value
          ? waiting
          : idle
        : gpu.bytes === 0
          ? gpu.adapter
          : `${gpu.adapter} · ${words.value.number(gpu.bytes / 1e6, 1)} MB ${memory}`}
    </p>
  );
}
