/** The words of the figure of attention and self-attention. */
import type { Language } from '../../../state/settings';

const en = {
  title: 'Attention and self-attention',
  text: 'The computation is the same; what differs is where the keys come from. In attention the words of one sentence ask those of another: French asks English. In self-attention a sentence asks itself: each word gathers what the words around it say.',
  paper: 'Vaswani et al. 2017, section 3.2.3',
  notice:
    'Choose who asks whom, and watch the shape of the matrix: one row for each word that asks, one column for each word that is asked. Only self-attention is always square. Having written “filles”, French looks at “happy”: at the source of “heureuses”, the word to come. When French asks French, the corner at the top right stays empty: when a word is being written, those after it do not exist yet.',
  kind: 'Who asks whom',
  kinds: {
    cross: 'French asks English',
    encoder: 'English asks itself',
    decoder: 'French asks itself',
  },
  names: {
    cross: 'Attention: target × source',
    encoder: 'Self-attention: source × source',
    decoder: 'Causal self-attention: target × target',
  },
  layer: 'Layer',
  head: 'Head',
  shapes: (rows: number, size: number, columns: number) =>
    `Q has ${rows} rows of ${size} numbers, K has ${columns} rows of ${size}: so QKᵀ has ${rows} × ${columns} cells.`,
  matrix: 'Weights: each row sums to 1',
  query: 'The word that asks',
  answers: (word: string) => `What “${word}” looks at`,
  agreement: (difference: string) =>
    `Recomputed in this page from q and k in double precision, the weights differ from the GPU’s by at most ${difference}.`,
  empty: 'Type at least one word above.',
};

const fr: typeof en = {
  title: 'Attention et auto-attention',
  text: 'Le calcul est le même ; seule change la provenance des clés. Dans l’attention, les mots d’une phrase interrogent ceux d’une autre : le français interroge l’anglais. Dans l’auto-attention, une phrase s’interroge elle-même : chaque mot recueille ce que disent les mots qui l’entourent.',
  paper: 'Vaswani et al. 2017, section 3.2.3',
  notice:
    'Choisissez qui interroge qui, et observez la forme de la matrice : une ligne pour chaque mot qui demande, une colonne pour chaque mot interrogé. Seule l’auto-attention est toujours carrée. Après avoir écrit « filles », le français regarde « happy » : la source de « heureuses », le mot à venir. Quand le français s’interroge lui-même, le coin en haut à droite reste vide : quand un mot s’écrit, les suivants n’existent pas encore.',
  kind: 'Qui interroge qui',
  kinds: {
    cross: 'le français interroge l’anglais',
    encoder: 'l’anglais s’interroge',
    decoder: 'le français s’interroge',
  },
  names: {
    cross: 'Attention : cible × source',
    encoder: 'Auto-attention : source × source',
    decoder: 'Auto-attention causale : cible × cible',
  },
  layer: 'Couche',
  head: 'Tête',
  shapes: (rows, size, columns) =>
    `Q a ${rows} lignes de ${size} nombres, K a ${columns} lignes de ${size} : QKᵀ a donc ${rows} × ${columns} cases.`,
  matrix: 'Poids : la somme de chaque ligne vaut 1',
  query: 'Le mot qui demande',
  answers: (word) => `Ce que regarde « ${word} »`,
  agreement: (difference) =>
    `Recalculés dans cette page à partir de q et k en double précision, les poids diffèrent de ceux du GPU d’au plus ${difference}.`,
  empty: 'Tapez au moins un mot ci-dessus.',
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
