/** The words of the table of the whole road. */
import type { Language } from '../../../state/settings';

const en = {
  title: 'The road in one table',
  text: 'Six networks of this road are in this page, each trained from nothing on sentences of the same small grammar. The numbers come from the files that are beside their weights. What you train in this browser is listed below them.',
  paper: 'BLEU: Papineni et al. 2002',
  notice:
    'With about as many parameters, attention makes a bigger difference than anything else here: the network with one vector forgets what long sentences say. BLEU compares a translation with the right one, up to 100; perplexity says among how many equally likely words a network hesitates, and less is better. The two cannot be compared with each other. Neither can the seconds of different machines: see what each was trained on.',
  heads: {
    name: 'network',
    year: 'year',
    parameters: 'parameters',
    bytes: 'size of the file',
    seconds: 'training',
    bleu: 'BLEU',
    perplexity: 'perplexity',
    found: 'words found',
    adapter: 'trained on',
  },
  sortBy: (name: string) => `Sort by: ${name}`,
  table: 'The networks of this page',
  kilobytes: (text: string) => `${text} kB`,
  megabytes: (text: string) => `${text} MB`,
  seconds: (text: string) => `${text} s`,
  minutes: (text: string) => `${text} min`,
  hours: (text: string) => `${text} h`,
  own: 'yours',
  none: 'Nothing has been trained in this browser yet.',
  foundHint: 'BERT: of hidden words. BART: of all words, at their place in the restored sentence.',
  steps: 'What each step brought',
  names: {
    'toy-seq2seq': 'One vector (sequence to sequence)',
    'toy-bahdanau': 'Attention',
    'toy-transformer': 'Transformer',
    'toy-gpt': 'GPT',
    'toy-bert': 'BERT',
    'toy-bart': 'BART',
  } as Readonly<Record<string, string>>,
  brought: {
    'toy-seq2seq':
      'One network reads, another writes, and one vector goes between them. Sentences of any length become sentences of any other length.',
    'toy-bahdanau':
      'The writer looks back at all words that were read, so that one vector no longer has to hold everything.',
    'toy-transformer':
      'Nothing is left but attention: all words are read at the same time, and the way between any two of them is one step long.',
    'toy-gpt':
      'The decoder alone learns from text without translations, by guessing each next word.',
    'toy-bert':
      'The encoder alone guesses words that were hidden, from the words on both sides of them.',
    'toy-bart': 'Encoder and decoder together restore sentences that were damaged on purpose.',
  } as Readonly<Record<string, string>>,
  gain: (before: string, after: string) => `BLEU ${before} → ${after}.`,
};

const fr: typeof en = {
  title: 'La route en un tableau',
  text: 'Six réseaux de cette route sont dans cette page, chacun entraîné à partir de rien sur des phrases de la même petite grammaire. Les nombres viennent des fichiers qui accompagnent leurs poids. Ce que vous entraînez dans ce navigateur s’ajoute à la liste.',
  paper: 'BLEU : Papineni et al. 2002',
  notice:
    'À nombre de paramètres à peu près égal, rien ne change autant que l’attention : le réseau à un seul vecteur oublie ce que disent les longues phrases. BLEU compare une traduction à la bonne, jusqu’à 100 ; la perplexité dit entre combien de mots également probables un réseau hésite, et moins vaut mieux. Les deux ne se comparent pas. Les secondes de machines différentes non plus : voyez sur quoi chacun a été entraîné.',
  heads: {
    name: 'réseau',
    year: 'année',
    parameters: 'paramètres',
    bytes: 'taille du fichier',
    seconds: 'apprentissage',
    bleu: 'BLEU',
    perplexity: 'perplexité',
    found: 'mots trouvés',
    adapter: 'entraîné sur',
  },
  sortBy: (name) => `Trier par : ${name}`,
  table: 'Les réseaux de cette page',
  kilobytes: (text) => `${text} ko`,
  megabytes: (text) => `${text} Mo`,
  seconds: (text) => `${text} s`,
  minutes: (text) => `${text} min`,
  hours: (text) => `${text} h`,
  own: 'le vôtre',
  none: 'Rien n’a encore été entraîné dans ce navigateur.',
  foundHint:
    'BERT : parmi les mots cachés. BART : parmi tous les mots, à leur place dans la phrase restaurée.',
  steps: 'Ce que chaque pas a apporté',
  names: {
    'toy-seq2seq': 'Un seul vecteur (séquence à séquence)',
    'toy-bahdanau': 'L’attention',
    'toy-transformer': 'Le transformeur',
    'toy-gpt': 'GPT',
    'toy-bert': 'BERT',
    'toy-bart': 'BART',
  },
  brought: {
    'toy-seq2seq':
      'Un réseau lit, un autre écrit, et un vecteur passe de l’un à l’autre. Des phrases de toute longueur deviennent des phrases de toute autre longueur.',
    'toy-bahdanau':
      'Celui qui écrit regarde tous les mots lus ; un seul vecteur n’a plus à tout contenir.',
    'toy-transformer':
      'Il ne reste que l’attention : tous les mots sont lus en même temps, et le chemin entre deux d’entre eux n’a qu’un pas.',
    'toy-gpt':
      'Le décodeur seul apprend à partir de textes sans traductions, en devinant chaque mot suivant.',
    'toy-bert': 'L’encodeur seul devine des mots cachés, d’après les mots des deux côtés.',
    'toy-bart': 'L’encodeur et le décodeur ensemble restaurent des phrases abîmées exprès.',
  },
  gain: (before, after) => `BLEU ${before} → ${after}.`,
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
