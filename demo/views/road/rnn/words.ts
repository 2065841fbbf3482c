/** The words of the figure of the recurrent network. */
import type { Language } from '../../../state/settings';

const en = {
  title: 'Recurrent neural networks',
  text: 'A recurrent network reads a sentence word by word. It remembers what it has read in its state h, here 32 numbers. At each step it computes the next state from the new word and the state before, always with the same weights, and guesses from it which word comes next.',
  paper: 'Elman 1990, Finding structure in time',
  notice:
    'Replace a word: no column before it changes, not even in its last bit, for the network has not read the word yet. Every later column changes, since the state carries the word along. The change becomes smaller from word to word, though: what was read long ago is overwritten, which the next figure measures in the gradient. The network is small and has just been trained in this page, so its guesses are rough.',
  training: (percent: string, loss: string) =>
    `Your GPU is training the network on sentences of a small grammar: ${percent}, loss per word ${loss}`,
  starting: 'Your GPU is about to train the network on sentences of a small grammar',
  trained: (steps: string, loss: string) =>
    `Trained on your GPU a moment ago: ${steps} steps of 32 sentences, loss per word ${loss}. The states below are computed in this page from its weights, in double precision.`,
  replace: (word: string) => `Replace “${word}” by`,
  nothing: '(nothing)',
  begin: 'beginning',
  unrolled: 'The network, unrolled over the sentence',
  rows: {
    word: 'word',
    state: 'state h',
    guess: 'guess',
    replaced: 'word',
    changed: 'state h',
    changedGuess: 'guess',
    moved: 'change of h',
  },
  after: 'After the replacement',
  stepOf: (word: string) => `The step of “${word}”, term by term`,
  steps: [
    'The word becomes its vector xₜ, a row of a table that was learnt',
    'Wₓ times xₜ: what the word brings',
    'The state before, hₜ₋₁',
    'Wₕ times that state: what is remembered',
    'Both are added, with the bias b',
    'tanh keeps every number between −1 and 1: the new state hₜ',
    'From hₜ, the odds zₜ of each next word',
  ],
  terms: {
    x: 'xₜ',
    fromInput: 'Wₓ xₜ',
    before: 'hₜ₋₁',
    fromState: 'Wₕ hₜ₋₁',
    sum: 'sum with b',
    h: 'hₜ',
    z: 'zₜ',
  },
  end: 'end',
  unknown: (list: string) => `The network does not know these words, and reads a gap: ${list}.`,
  empty: 'Type a sentence above: at least one word.',
  table: 'Numbers of h: a row for each unit, a column for each word',
};

const fr: typeof en = {
  title: 'Réseaux de neurones récurrents',
  text: 'Un réseau récurrent lit une phrase mot par mot. Il garde ce qu’il a lu dans son état h, ici 32 nombres. À chaque pas, il calcule l’état suivant à partir du nouveau mot et de l’état précédent, toujours avec les mêmes poids, et en déduit quel mot pourrait suivre.',
  paper: 'Elman 1990, Finding structure in time',
  notice:
    'Remplacez un mot : aucune colonne qui le précède ne change, pas même dans son dernier bit, car le réseau ne l’a pas encore lu. Toutes celles qui suivent changent, car l’état transporte le mot. Mais le changement diminue de mot en mot : ce qui a été lu il y a longtemps est recouvert, ce que la figure suivante mesure sur le gradient. Le réseau est petit et vient d’être entraîné dans cette page : ses prédictions sont approximatives.',
  training: (percent, loss) =>
    `Votre GPU entraîne le réseau sur des phrases d’une petite grammaire : ${percent}, perte par mot ${loss}`,
  starting: 'Votre GPU va entraîner le réseau sur des phrases d’une petite grammaire',
  trained: (steps, loss) =>
    `Entraîné à l’instant sur votre GPU : ${steps} pas de 32 phrases, perte par mot ${loss}. Les états ci-dessous sont calculés dans cette page à partir de ses poids, en double précision.`,
  replace: (word) => `Remplacer « ${word} » par`,
  nothing: '(rien)',
  begin: 'début',
  unrolled: 'Le réseau, déroulé le long de la phrase',
  rows: {
    word: 'mot',
    state: 'état h',
    guess: 'prédiction',
    replaced: 'mot',
    changed: 'état h',
    changedGuess: 'prédiction',
    moved: 'écart de h',
  },
  after: 'Après le remplacement',
  stepOf: (word) => `Le pas de « ${word} », terme par terme`,
  steps: [
    'Le mot devient son vecteur xₜ, une ligne d’une table apprise',
    'Wₓ fois xₜ : ce que le mot apporte',
    'L’état précédent, hₜ₋₁',
    'Wₕ fois cet état : ce qui est retenu',
    'Les deux sont additionnés, avec le biais b',
    'tanh garde chaque nombre entre −1 et 1 : le nouvel état hₜ',
    'À partir de hₜ, les probabilités zₜ de chaque mot suivant',
  ],
  terms: {
    x: 'xₜ',
    fromInput: 'Wₓ xₜ',
    before: 'hₜ₋₁',
    fromState: 'Wₕ hₜ₋₁',
    sum: 'somme avec b',
    h: 'hₜ',
    z: 'zₜ',
  },
  end: 'fin',
  unknown: (list) => `Le réseau ne connaît pas ces mots, et lit une lacune : ${list}.`,
  empty: 'Tapez une phrase ci-dessus : au moins un mot.',
  table: 'Les nombres de h : une ligne par unité, une colonne par mot',
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
