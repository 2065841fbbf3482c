/** The words of the view of training. */
import type { Language } from '../../state/settings';
import { en } from './english';
import { fr } from './french';

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
