/** The words of the figure of self-supervision. */
import type { Language } from '../../../state/settings';
import type { Objective } from './labels';

const objectives: Readonly<Record<Objective, string>> = {
  mask: 'fill in masks (BERT)',
  continue: 'say the next word (GPT)',
  restore: 'undo noise (BART)',
};

const hints: Readonly<Record<Objective, string>> = {
  mask: 'Choose words to mask them. The network reads the words on both sides, and has to say what is behind each mask.',
  continue:
    'The sentence, moved on by one place, is its own label: at each word the network has read those before it, and has to say it. Choose a word to continue from there.',
  restore:
    'Choose a word once to mask it, twice to drop it. Masked neighbours become one mask, so that the network has to find out how many words are missing. It writes the whole sentence.',
};

const en = {
  title: 'Self-supervision',
  text: 'Labels cost work, but raw text makes its own. Hide a word, and the hidden word is the label. Three networks of the same English learn in three such ways: BERT fills in masks, GPT says the next word, and BART undoes noise.',
  papers: {
    mask: 'Devlin et al. 2019, BERT',
    continue: 'Radford et al. 2018, Improving language understanding by generative pre-training',
    restore: 'Lewis et al. 2020, BART',
  },
  notice:
    'Nobody wrote a label here: each one is a word of the sentence itself. Compare the odds of one word under the three: GPT knows only what stands before it, BERT what stands on both sides. Where several words would do, no network can be sure, and the odds are shared among them.',
  objective: 'The task',
  objectives,
  hints,
  sentence: 'raw text',
  reads: 'is read',
  says: 'is the label',
  odds: 'odds of it',
  marks: { k: 'kept', m: 'masked', d: 'dropped' },
  swap: 'Let the clauses change places',
  top: (word: string) => `The five likeliest words in place of “${word}”`,
  truth: 'the true word',
  rank: (word: string, rank: string) => `“${word}”, at place ${rank}`,
  unknown: (word: string) => `The network does not know “${word}”.`,
  nothing: 'No word is masked: there is nothing to learn from. Choose a word.',
  empty: 'Type a sentence above.',
  loss: (loss: string, count: string) =>
    `Loss: ${loss}, the mean of −log p over ${count} ${count === '1' ? 'label' : 'labels'}.`,
  written: {
    mask: 'Filled in',
    continue: 'Continued',
    restore: 'Restored',
  },
  end: 'end of the sentence',
  training: {
    title: 'Train one yourself',
    text: (seconds: string) =>
      `A tiny BERT begins with random numbers, and fills in masks of raw sentences for ${seconds} seconds. Watch the odds of your masked word.`,
    start: (seconds: string) => `Train for ${seconds} seconds`,
    pause: 'Pause',
    resume: 'Go on',
    stop: 'Stop and forget',
    state: (steps: string, seconds: string, loss: string) =>
      `${steps} steps in ${seconds} seconds; loss ${loss}.`,
    odds: (word: string, odds: string, shipped: string) =>
      `It gives “${word}” ${odds}; the network above, which was trained for much longer, gives it ${shipped}.`,
    chart: 'Loss during training',
    oddsChart: 'Odds of the masked word during training',
    step: 'step',
    loss: 'loss',
    unigram: 'who knows only how common words are',
    oddsOf: 'odds of the true word',
    facts: (parameters: string, sentences: string) =>
      `${parameters} parameters, ${sentences} sentences. Below the dashed line it has learnt more than how common each word is.`,
  },
};

const fr: typeof en = {
  title: 'L’auto-supervision',
  text: 'Étiqueter coûte du travail, mais le texte brut fournit ses propres étiquettes. Cachez un mot, et le mot caché est l’étiquette. Trois réseaux du même anglais apprennent de trois façons : BERT remplit les masques, GPT dit le mot suivant, et BART défait le bruit.',
  papers: en.papers,
  notice:
    'Personne n’a écrit d’étiquette ici : chacune est un mot de la phrase elle-même. Comparez les chances d’un même mot dans les trois tâches : GPT ne connaît que ce qui précède, BERT ce qui est des deux côtés. Là où plusieurs mots conviendraient, aucun réseau ne peut être sûr, et les chances se partagent entre eux.',
  objective: 'La tâche',
  objectives: {
    mask: 'remplir les masques (BERT)',
    continue: 'dire le mot suivant (GPT)',
    restore: 'défaire le bruit (BART)',
  },
  hints: {
    mask: 'Choisissez des mots pour les masquer. Le réseau lit les mots des deux côtés, et doit dire ce qui est derrière chaque masque.',
    continue:
      'La phrase, décalée d’une place, est sa propre étiquette : à chaque mot, le réseau a lu ceux qui précèdent, et doit le dire. Choisissez un mot pour continuer à partir de là.',
    restore:
      'Choisissez un mot une fois pour le masquer, deux fois pour l’enlever. Des voisins masqués deviennent un seul masque : le réseau doit trouver combien de mots manquent. Il écrit la phrase entière.',
  },
  sentence: 'texte brut',
  reads: 'est lu',
  says: 'est l’étiquette',
  odds: 'ses chances',
  marks: { k: 'gardé', m: 'masqué', d: 'enlevé' },
  swap: 'Faire changer de place les propositions',
  top: (word) => `Les cinq mots les plus probables à la place de « ${word} »`,
  truth: 'le vrai mot',
  rank: (word, rank) => `« ${word} », au rang ${rank}`,
  unknown: (word) => `Le réseau ne connaît pas « ${word} ».`,
  nothing: 'Aucun mot n’est masqué : il n’y a rien à apprendre. Choisissez un mot.',
  empty: 'Écrivez une phrase ci-dessus.',
  loss: (loss, count) =>
    `Perte : ${loss}, la moyenne de −log p sur ${count} ${count === '1' ? 'étiquette' : 'étiquettes'}.`,
  written: {
    mask: 'Rempli',
    continue: 'Continué',
    restore: 'Restauré',
  },
  end: 'fin de la phrase',
  training: {
    title: 'Entraînez-en un vous-même',
    text: (seconds) =>
      `Un minuscule BERT part de nombres au hasard, et remplit les masques de phrases brutes pendant ${seconds} secondes. Regardez les chances de votre mot masqué.`,
    start: (seconds) => `Entraîner pendant ${seconds} secondes`,
    pause: 'Pause',
    resume: 'Continuer',
    stop: 'Arrêter et oublier',
    state: (steps, seconds, loss) => `${steps} pas en ${seconds} secondes ; perte ${loss}.`,
    odds: (word, odds, shipped) =>
      `Il donne ${odds} à « ${word} » ; le réseau ci-dessus, entraîné bien plus longtemps, lui donne ${shipped}.`,
    chart: 'La perte pendant l’entraînement',
    oddsChart: 'Les chances du mot masqué pendant l’entraînement',
    step: 'pas',
    loss: 'perte',
    unigram: 'qui ne sait que la fréquence des mots',
    oddsOf: 'chances du vrai mot',
    facts: (parameters, sentences) =>
      `${parameters} paramètres, ${sentences} phrases. Sous la ligne pointillée, il a appris plus que la fréquence de chaque mot.`,
  },
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
