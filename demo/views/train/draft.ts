/** The run that the form describes: what the visitor set, what the link says, what it would need. */
import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { EXAMPLES } from '../../engine/models';
import { keepInAddress, route } from '../../state/route';
import type { Prediction } from './events';
import { MOST_PACKED, pack, unpack } from './packed';
import {
  defaultsOf,
  FIRST_KIND,
  faultOf,
  type KindInfo,
  PRESETS,
  type Preset,
  type RunRecipe,
  readValues,
  type Value,
  writeValues,
} from './recipe';
import type { Training } from './training';

/** Time without changes after which a run's needs are worked out. */
const PAUSE_MS = 250;

/** What is known of what a run needs. */
export type Needs =
  | { readonly kind: 'pending' }
  | { readonly kind: 'known'; readonly prediction: Prediction }
  | { readonly kind: 'refused'; readonly message: string };

export class Draft {
  readonly kindName = signal(FIRST_KIND);
  readonly values = signal<Readonly<Record<string, Value>>>({});
  /** The visitor's own lines. */
  readonly text = signal('');
  readonly needs = signal<Needs>({ kind: 'pending' });
  /** Milliseconds of a step, once measured. */
  readonly stepMs = signal<number | undefined>(undefined);
  readonly isTooLong = signal(false);
  readonly kind: ReadonlySignal<KindInfo | undefined>;
  readonly recipe: ReadonlySignal<RunRecipe>;
  readonly #training: Training;
  readonly #packed = signal('');

  constructor(training: Training) {
    this.#training = training;
    this.kind = computed(() =>
      training.kinds.value?.find(({ name }) => name === this.kindName.value),
    );
    this.recipe = computed(() => ({
      kind: this.kindName.value,
      text: this.text.value,
      values: this.values.value,
    }));
  }

  /** The preset whose values these are. */
  preset(): Preset | undefined {
    const kind = this.kind.value;
    if (kind === undefined) return undefined;
    return PRESETS.find((name) => {
      const preset = { ...defaultsOf(kind), ...kind.presets[name] };
      return kind.fields.every((field) => preset[field.name] === this.values.value[field.name]);
    });
  }

  usePreset(name: Preset): void {
    const kind = this.kind.value;
    if (kind !== undefined) this.values.value = { ...defaultsOf(kind), ...kind.presets[name] };
  }

  /** Chooses a kind, in the preset in use. */
  useKind(name: string): void {
    const preset = this.preset() ?? PRESETS[0];
    batch(() => {
      this.kindName.value = name;
      this.usePreset(preset);
    });
  }

  set(name: string, value: Value): void {
    this.values.value = { ...this.values.value, [name]: value };
  }

  /** The first field with a value that it cannot have. */
  fault() {
    for (const field of this.kind.value?.fields ?? []) {
      const fault = faultOf(field, this.values.value[field.name] ?? field.default);
      if (fault !== undefined) return { field, fault };
    }
    return undefined;
  }

  /** Reads the address, and follows it. @returns ends that */
  async follow(sentence: ReadonlySignal<string>): Promise<() => void> {
    await this.#read(route.peek().query);
    let seen = route.peek();
    const ends = [
      effect(() => {
        if (route.value === seen || !isInView()) return;
        seen = route.value;
        void this.#read(seen.query);
      }),
      effect(() => {
        const text = this.text.value;
        if (text === '') {
          batch(() => {
            this.#packed.value = '';
            this.isTooLong.value = false;
          });
          return;
        }
        void pack(text).then((packed) => {
          if (this.text.peek() !== text) return;
          batch(() => {
            this.isTooLong.value = packed.length > MOST_PACKED;
            this.#packed.value = this.isTooLong.value ? '' : packed;
          });
        });
      }),
      effect(() => {
        const kind = this.kind.value;
        if (kind === undefined || !isInView()) return;
        keepInAddress({
          text: sentence.value === EXAMPLES[0]?.[0] ? undefined : sentence.value,
          kind: kind.name === FIRST_KIND ? undefined : kind.name,
          data: this.#packed.value,
          ...writeValues(kind, this.values.value),
        });
      }),
      effect(() => this.#predict(this.recipe.value)),
    ];
    return () => {
      for (const end of ends) end();
    };
  }

  /** Measures two steps on this GPU. */
  async measure(): Promise<void> {
    const recipe = this.recipe.peek();
    try {
      const ms = await this.#training.call((service) => service.measure(recipe));
      if (this.recipe.peek() === recipe) this.stepMs.value = ms;
    } catch (error) {
      this.needs.value = { kind: 'refused', message: messageOf(error) };
    }
  }

  async #read(query: URLSearchParams): Promise<void> {
    const kinds = this.#training.kinds.peek() ?? [];
    const asked = query.get('kind') ?? FIRST_KIND;
    const kind = kinds.find(({ name }) => name === asked) ?? kinds.find(isFirst);
    const data = query.get('data');
    const text = data === null ? '' : ((await unpack(data)) ?? '');
    if (kind === undefined) return;
    batch(() => {
      this.kindName.value = kind.name;
      this.values.value = readValues(kind, query);
      this.text.value = text;
    });
  }

  #predict(recipe: RunRecipe): () => void {
    batch(() => {
      this.needs.value = { kind: 'pending' };
      this.stepMs.value = undefined;
    });
    const isCurrent = () => this.recipe.peek() === recipe;
    const timer = setTimeout(() => {
      if (this.fault() !== undefined) return;
      this.#training
        .call((service) => service.predict(recipe))
        .then(
          (prediction) => {
            if (isCurrent()) this.needs.value = { kind: 'known', prediction };
          },
          (error: unknown) => {
            if (isCurrent()) this.needs.value = { kind: 'refused', message: messageOf(error) };
          },
        );
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }
}

/** Whether the address is that of this view. */
const isInView = () => route.peek().path.split('/', 1).join() === 'train';

const isFirst = ({ name }: KindInfo) => name === FIRST_KIND;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
