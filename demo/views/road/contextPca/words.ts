/** The words of the figure of what one vector captures. */
import type { Language } from '../../../state/settings';

const en = {
  title: 'The vector captures context',
  text: 'The network of 2014 keeps a whole sentence in one vector. Does it hold the meaning? Three events are told in four ways each: either noun does it, and the sentence is active or passive. The vectors are shown on the plane on which they differ most, beside a bag of words, which only counts words.',
  paper: 'Sutskever et al. 2014, section 3.8',
  notice:
    'Look at the dashed lines: they join sentences of the same meaning. The paper’s picture suggests that such sentences lie together; here they lie far apart. Sentences of the same words in another order are close, though the vector, unlike the bag, can still tell them apart. So this vector holds words and their order rather than meaning. Type phrases of your own: the line goes to the nearest sentence.',
  verb: 'Verb',
  verbs: { see: 'see', follow: 'follow', watch: 'watch' },
  network: (size: number) => `The network’s vector: ${size} numbers`,
  bag: (size: number) => `A bag of words: ${size} counts`,
  axis: (number: number, percent: string) => `component ${number}: ${percent}% of the variance`,
  legend: {
    active: 'active',
    passive: 'passive',
    typed: 'yours',
    meaning: 'the same meaning',
    nearest: 'to the nearest sentence',
  },
  phrase: 'A phrase of yours',
  add: 'Add',
  addSentence: 'Add the sentence above',
  remove: (text: string) => `Remove “${text}”`,
  yours: 'Your phrases and the sentences nearest to them',
  heads: { phrase: 'phrase', network: 'nearest by the vector', bag: 'nearest by the bag' },
  pending: 'being read',
  unknown: (words: string) => `The network does not know: ${words}.`,
  distances: 'Mean distance between two sentences of the same event',
  relations: {
    sameMeaning: 'same meaning, other voice',
    sameWords: 'same words, other meaning',
    sameOrder: 'same order of the nouns',
  },
  vector: 'vector',
  bagShort: 'bag',
  exact:
    'The vector is the last hidden state and the last cell state of the encoder. Nearest means nearest in all dimensions; on the plane another point may look nearer. Your phrases do not move the plane, which belongs to the twelve sentences.',
  table: 'Places of all sentences',
};

const fr: typeof en = {
  title: 'Le vecteur capture le contexte',
  text: 'Le réseau de 2014 garde une phrase entière dans un seul vecteur. En contient-il le sens ? Trois événements sont racontés de quatre façons chacun : l’un ou l’autre nom agit, à l’actif ou au passif. Les vecteurs sont montrés dans le plan où ils diffèrent le plus, à côté d’un sac de mots, qui ne fait que compter les mots.',
  paper: 'Sutskever et al. 2014, section 3.8',
  notice:
    'Regardez les traits discontinus : ils relient des phrases de même sens. L’image de l’article laisse penser que de telles phrases sont voisines ; ici elles sont éloignées. Les phrases faites des mêmes mots dans un autre ordre sont proches, mais le vecteur, à la différence du sac, les distingue encore. Ce vecteur contient donc des mots et leur ordre plutôt que du sens. Tapez vos propres phrases : le trait va à la phrase la plus proche.',
  verb: 'Verbe',
  verbs: { see: 'see (voir)', follow: 'follow (suivre)', watch: 'watch (regarder)' },
  network: (size) => `Le vecteur du réseau : ${size} nombres`,
  bag: (size) => `Un sac de mots : ${size} comptages`,
  axis: (number, percent) => `composante ${number} : ${percent} % de la variance`,
  legend: {
    active: 'actif',
    passive: 'passif',
    typed: 'les vôtres',
    meaning: 'le même sens',
    nearest: 'vers la phrase la plus proche',
  },
  phrase: 'Une phrase à vous, en anglais',
  add: 'Ajouter',
  addSentence: 'Ajouter la phrase ci-dessus',
  remove: (text) => `Retirer « ${text} »`,
  yours: 'Vos phrases et celles qui en sont les plus proches',
  heads: {
    phrase: 'phrase',
    network: 'la plus proche selon le vecteur',
    bag: 'la plus proche selon le sac',
  },
  pending: 'en cours de lecture',
  unknown: (words) => `Le réseau ne connaît pas : ${words}.`,
  distances: 'Distance moyenne entre deux phrases du même événement',
  relations: {
    sameMeaning: 'même sens, autre voix',
    sameWords: 'mêmes mots, autre sens',
    sameOrder: 'même ordre des noms',
  },
  vector: 'vecteur',
  bagShort: 'sac',
  exact:
    'Le vecteur est le dernier état caché de l’encodeur avec son dernier état de cellule. La plus proche l’est dans toutes les dimensions ; dans le plan, un autre point peut sembler plus proche. Vos phrases ne déplacent pas le plan, qui est celui des douze phrases.',
  table: 'Place de toutes les phrases',
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
