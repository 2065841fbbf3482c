/** The words of the figure of gates. */
import type { Language } from '../../../state/settings';

const en = {
  title: 'LSTM and GRU gates',
  text: 'An LSTM carries a cell c from word to word beside its state h. Three gates, numbers from 0 to 1 for each unit, decide what happens to it: the forget gate f says how much of the old cell stays, the input gate i how much of the new candidate g is added, and the output gate o how much of the cell is shown. A GRU does the same with a single state: its gate z says how much of the old state stays.',
  paper: 'Hochreiter, Schmidhuber 1997',
  notice:
    'Units differ: those at the left keep their cell for many words, those at the right replace it with almost every word. Clamp the forget gate to 0, and the network of 2014 knows only the word that it read last: its translation falls apart. The network with attention suffers less, since it looks back at every word. With the forget gate at 1 nothing is ever forgotten, which hurts as well. The forget gate itself came later than the LSTM (Gers, Schmidhuber, Cummins 2000).',
  place: 'Network',
  places: {
    seq2seq: 'encoder of 2014, reads from the end',
    forward: 'encoder with attention, forwards',
    backward: 'encoder with attention, backwards',
  },
  order: 'Units sorted by',
  orders: { forget: 'forget gate', number: 'number' },
  clamp: 'Clamp',
  clamps: { none: 'no gate', f: 'the forget gate', i: 'the input gate', o: 'the output gate' },
  to: 'to',
  scope: 'of',
  scopes: { all: 'all units', unit: 'the pinned unit' },
  parts: {
    f: 'f: forget gate',
    i: 'i: input gate',
    o: 'o: output gate',
    g: 'g: candidate',
    c: 'c: cell',
    h: 'h: hidden state',
  },
  reading: (part: string, unit: number, word: string, value: string) =>
    `${part} of unit ${unit} at “${word}”: ${value}`,
  readingHint: 'Point at a cell to read it; click to pin its unit.',
  pin: 'Pinned unit',
  pinned: (unit: number, place: number, of: number) => `${unit} (${place} of ${of})`,
  chart: (unit: number) => `Unit ${unit}, word by word as it is read`,
  gates: (unit: number) => `Gates of unit ${unit}`,
  states: (unit: number) => `Candidate, cell and state of unit ${unit}`,
  axis: 'words in the order of reading',
  value: 'value',
  before: 'c without the clamp',
  kept: 'left of c at the end',
  keptText: (unit: number, word: string, percent: string) =>
    `Of what the cell of unit ${unit} held after “${word}”, the forget gates have left ${percent} at the end.`,
  own: 'What the network writes',
  changed: 'What it writes with the clamped gate',
  same: 'The same.',
  waiting: 'The changed network is computing',
  lostWord: 'left out',
  newWord: 'new',
  agreement: (difference: string) =>
    `c and h, computed again in this page from the gates in double precision, differ from those of the GPU by at most ${difference}.`,
};

const fr: typeof en = {
  title: 'Les portes des LSTM et des GRU',
  text: 'Un LSTM transporte de mot en mot, outre son état h, une cellule c. Trois portes, des nombres de 0 à 1 pour chaque unité, décident de ce qu’elle devient : la porte d’oubli f dit quelle part de l’ancienne cellule est gardée, la porte d’entrée i quelle part du nouveau candidat g est ajoutée, et la porte de sortie o quelle part de la cellule est montrée. Un GRU fait de même avec un seul état : sa porte z dit quelle part de l’ancien état est gardée.',
  paper: 'Hochreiter, Schmidhuber 1997',
  notice:
    'Les unités diffèrent : celles de gauche gardent leur cellule pendant de nombreux mots, celles de droite la remplacent à presque chaque mot. Fixez la porte d’oubli à 0 : le réseau de 2014 ne connaît plus que le dernier mot lu, et sa traduction s’effondre. Le réseau doté d’attention souffre moins, car il revient à chaque mot. Avec une porte d’oubli à 1, rien n’est jamais oublié, ce qui nuit aussi. La porte d’oubli elle-même est plus récente que le LSTM (Gers, Schmidhuber, Cummins 2000).',
  place: 'Réseau',
  places: {
    seq2seq: 'encodeur de 2014, lit depuis la fin',
    forward: 'encodeur avec attention, vers l’avant',
    backward: 'encodeur avec attention, vers l’arrière',
  },
  order: 'Unités triées par',
  orders: { forget: 'porte d’oubli', number: 'numéro' },
  clamp: 'Fixer',
  clamps: {
    none: 'aucune porte',
    f: 'la porte d’oubli',
    i: 'la porte d’entrée',
    o: 'la porte de sortie',
  },
  to: 'à',
  scope: 'de',
  scopes: { all: 'toutes les unités', unit: 'l’unité épinglée' },
  parts: {
    f: 'f : porte d’oubli',
    i: 'i : porte d’entrée',
    o: 'o : porte de sortie',
    g: 'g : candidat',
    c: 'c : cellule',
    h: 'h : état caché',
  },
  reading: (part, unit, word, value) => `${part} de l’unité ${unit} à « ${word} » : ${value}`,
  readingHint: 'Pointez une case pour la lire ; cliquez pour épingler son unité.',
  pin: 'Unité épinglée',
  pinned: (unit, place, of) => `${unit} (${place} sur ${of})`,
  chart: (unit) => `L’unité ${unit}, mot par mot dans l’ordre de lecture`,
  gates: (unit) => `Portes de l’unité ${unit}`,
  states: (unit) => `Candidat, cellule et état de l’unité ${unit}`,
  axis: 'mots dans l’ordre de lecture',
  value: 'valeur',
  before: 'c sans porte fixée',
  kept: 'part de c gardée à la fin',
  keptText: (unit, word, percent) =>
    `De ce que contenait la cellule de l’unité ${unit} après « ${word} », les portes d’oubli ont laissé ${percent} à la fin.`,
  own: 'Ce que le réseau écrit',
  changed: 'Ce qu’il écrit avec la porte fixée',
  same: 'La même phrase.',
  waiting: 'Le réseau modifié calcule',
  lostWord: 'omis',
  newWord: 'nouveau',
  agreement: (difference) =>
    `c et h, recalculés dans cette page en double précision à partir des portes, diffèrent de ceux du GPU d’au plus ${difference}.`,
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
