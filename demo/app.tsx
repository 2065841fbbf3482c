/** The page: its head with the settings and the GPU, and the view in the address. */
import type { Signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { Engine } from './engine/engine';
import type { ModelInfo } from './engine/models';
import { LazyView } from './lazyView';
import type { AnswersByModel } from './state/answers';
import { route, routeHash } from './state/route';
import { LANGUAGES, language, THEMES, theme, words } from './state/settings';
import { Translate } from './views/translate/translate';

export interface AppProps {
  readonly engine: Engine;
  readonly models: readonly ModelInfo[];
  readonly answers: AnswersByModel;
  readonly sentence: Signal<string>;
  /** The views beside the landing one, which are loaded when they are first shown. */
  readonly views: Views;
}

type View = Pick<AppProps, 'engine' | 'sentence'>;

/** Views by the first part of their path. */
export type Views = Readonly<
  Record<'road', () => Promise<{ readonly default: ComponentType<View> }>>
>;

export function App(props: AppProps) {
  const { views, sentence } = props;
  const [first = ''] = route.value.path.split('/', 1);
  const view = first === 'road' ? first : 'translate';
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
          {(['translate', 'road'] as const).map((name) => (
            <a
              key={name}
              href={routeHash(name, { text })}
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
        />
        <Choice
          label={words.value.theme.label}
          options={THEMES.map((name) => [name, words.value.theme[name]])}
          chosen={theme}
        />
      </header>
      {view === 'translate' ? (
        <Translate {...props} />
      ) : (
        <LazyView key={view} load={views[view]} props={props} />
      )}
    </>
  );
}

function GpuChip({ engine }: { readonly engine: Engine }) {
  const gpu = engine.gpu.value;
  const { label, memory, waiting } = words.value.gpu;
  return (
    <p class="gpu" aria-live="polite" data-adapter={gpu?.adapter ?? ''}>
      <span class="for-readers">{label}: </span>
      {gpu === undefined
        ? `${label}: ${waiting}`
        : `${gpu.adapter} · ${words.value.number(gpu.bytes / 1e6, 1)} MB ${memory}`}
    </p>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly options: readonly (readonly [value: T, text: string])[];
  readonly chosen: Signal<T>;
}

function Choice<T extends string>({ label, options, chosen }: ChoiceProps<T>) {
  return (
    <label class="choice">
      <span class="for-readers">{label}</span>
      <select
        value={chosen.value}
        onChange={({ currentTarget }) => {
          const found = options.find(([value]) => value === currentTarget.value);
          if (found !== undefined) chosen.value = found[0];
        }}
      >
        {options.map(([value, text]) => (
          <option key={value} value={value} selected={value === chosen.value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
