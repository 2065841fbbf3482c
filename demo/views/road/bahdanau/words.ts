/** The words of the figure of Bahdanau's attention. */
import type { Language } from '../../../state/settings';

const en = {
  title: 'Attention: the network looks back',
  text: 'One network reads the English sentence forwards, another backwards; together they leave a vector h for every word. Before each French word the decoder scores all of them against what it has written so far. Softmax makes the scores into weights α, and the sum of the vectors by their weights is the context c from which the next word is written. Nothing is squeezed into one vector any more.',
  paper: 'Bahdanau, Cho and Bengio 2015',
  notice:
    'Drag a weight, or move it with the arrow keys: the others share what is left, c is computed anew in this page, in double precision, and the network writes on with your weights. Where French puts the adjective behind its noun, the outlined cells leave the diagonal, and the weights follow them.',
  another: 'Another sentence of the grammar',
  written: 'The French word that is being written',
  steps: (word: string) => `The decoder is about to write “${word}”.`,
  end: 'the end',
  heads: {
    word: 'word',
    weight: 'α (drag it)',
    score: 'score e',
    annotation: 'h: read forwards | read backwards',
  },
  weightOf: (word: string) => `Weight of “${word}”`,
  trueLink: 'the grammar links these words',
  own: 'The network’s own weights',
  equal: 'Equal weights',
  context: 'c = Σ α h',
  ownContext: 'with its own weights',
  newContext: 'with your weights',
  oddsTitle: 'What comes next',
  odds: { word: 'word', before: 'its own weights', after: 'your weights' },
  answer: 'It writes on with your weights:',
  ownAnswer: 'It writes:',
  copy: '(a copied word)',
  map: 'The weights of all words: a row for each French word',
  mapLegend: 'Outlined: which words translate which, as the grammar has it.',
  errors: (rate: string, right: number, found: number, truth: number) =>
    `Alignment error rate: ${rate}. Of ${truth} true links, ${right} are among the ${found} strongest weights, one for each French word.`,
  otherAnswer:
    'The answer is not the true translation word for word, so that its links cannot be compared with the grammar’s.',
  noTruth:
    'The true links are known for sentences of the grammar alone; the button above draws one.',
  agreement: (difference: string) =>
    `The contexts that the GPU computed differ from these by at most ${difference}.`,
};

const fr: typeof en = {
  title: 'L’attention : le réseau regarde en arrière',
  text: 'Un réseau lit la phrase anglaise à l’endroit, un autre à l’envers ; ensemble, ils laissent un vecteur h pour chaque mot. Avant chaque mot français, le décodeur leur donne à tous un score d’après ce qu’il a déjà écrit. Softmax transforme les scores en poids α, et la somme des vecteurs selon ces poids est le contexte c, d’où vient le mot suivant. Plus rien n’est comprimé dans un seul vecteur.',
  paper: 'Bahdanau, Cho et Bengio 2015',
  notice:
    'Tirez sur un poids, ou déplacez-le avec les flèches du clavier : les autres se partagent le reste, c est recalculé dans cette page, en double précision, et le réseau continue d’écrire avec vos poids. Là où le français met l’adjectif après le nom, les cases encadrées quittent la diagonale, et les poids les suivent.',
  another: 'Une autre phrase de la grammaire',
  written: 'Le mot français en train d’être écrit',
  steps: (word) => `Le décodeur va écrire « ${word} ».`,
  end: 'la fin',
  heads: {
    word: 'mot',
    weight: 'α (à déplacer)',
    score: 'score e',
    annotation: 'h : lu à l’endroit | lu à l’envers',
  },
  weightOf: (word) => `Poids de « ${word} »`,
  trueLink: 'la grammaire relie ces mots',
  own: 'Les poids du réseau',
  equal: 'Poids égaux',
  context: 'c = Σ α h',
  ownContext: 'avec ses propres poids',
  newContext: 'avec vos poids',
  oddsTitle: 'La suite',
  odds: { word: 'mot', before: 'ses propres poids', after: 'vos poids' },
  answer: 'Avec vos poids, il continue ainsi :',
  ownAnswer: 'Il écrit :',
  copy: '(un mot copié)',
  map: 'Les poids de tous les mots : une ligne par mot français',
  mapLegend: 'Encadré : quel mot traduit quel autre, d’après la grammaire.',
  errors: (rate, right, found, truth) =>
    `Taux d’erreur d’alignement : ${rate}. Sur ${truth} vrais liens, ${right} sont parmi les ${found} poids les plus forts, un par mot français.`,
  otherAnswer:
    'La réponse n’est pas mot pour mot la vraie traduction : ses liens ne peuvent pas être comparés à ceux de la grammaire.',
  noTruth:
    'Les vrais liens ne sont connus que pour les phrases de la grammaire ; le bouton ci-dessus en tire une.',
  agreement: (difference) =>
    `Les contextes calculés par le GPU diffèrent de ceux-ci d’au plus ${difference}.`,
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
