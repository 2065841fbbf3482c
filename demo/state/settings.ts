/** The visitor's settings: the page's language and colours, kept in the browser. */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { en, type Words } from '../words/en';
import { fr } from '../words/fr';

export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const CATALOGUE: Readonly<Record<Language, Words>> = { en, fr };

/** Language of the page. */
export const language = signal<Language>('en');

/** The page's colours. */
export const theme = signal<Theme>('auto');

/** The page's words. */
export const words: ReadonlySignal<Words> = computed(() => CATALOGUE[language.value]);

/** Reads the settings, and keeps what changes. */
export function followSettings(): void {
  theme.value = THEMES.find((one) => one === read('theme')) ?? 'auto';
  const preferred = read('language') ?? navigator.language.slice(0, 2);
  language.value = LANGUAGES.find((one) => one === preferred) ?? 'en';
  effect(() => {
    document.documentElement.lang = language.value;
    document.title = `qkv: ${words.value.title}`;
    keep('language', language.value);
  });
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
    keep('theme', theme.value);
  });
}

// Storage may be denied, and the page works without it.
function read(name: string): string | null {
  try {
    return localStorage.getItem(`qkv.${name}`);
  } catch {
    return null;
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`qkv.${name}`, value);
  } catch {}
}
