/** The words of the figure of the whole transformer. */
import type { Language } from '../../../state/settings';
import type { BlockKind } from './through';

const en = {
  title: 'The whole transformer',
  text: 'A word is a vector that passes block after block. No block replaces it: each one reads it and adds something, from other words (attention) or from what it knows (the feed-forward units). The last vector is compared with all French words.',
  paper: 'Vaswani et al. 2017, Attention is all you need',
  notice:
    'Move along the output: the vectors, their lengths and the words that are read change. The bar of a block is the length of what it adds; the line beside it is as wide as the vector is long. The table asks each layer of the decoder what it would say if it were the last: often the first layers do not know the word yet.',
  word: 'Output word',
  end: 'end of the sentence',
  start: 'start',
  diagram: (word: string, source: string) =>
    `Blocks of the transformer: the encoder with the word “${source}”, the decoder before it writes “${word}”`,
  encoder: (word: string) => `Encoder: “${word}”`,
  decoder: (word: string) => `Decoder: after “${word}”`,
  sourceNote: (word: string) =>
    `The encoder is shown for “${word}”, the English word at which this output word looks most.`,
  kinds: {
    embed: 'embedding and position',
    self: 'self-attention',
    cross: 'attention to the English',
    units: 'feed-forward',
    norm: 'normalisation',
    output: 'output: all French words',
  } as Readonly<Record<BlockKind, string>>,
  masked: 'masked self-attention',
  layer: (layer: number) => `layer ${layer}`,
  before: 'length of what comes in',
  added: 'length of what it adds',
  after: 'length of what goes out',
  share: 'share of what came in',
  attention: 'What each head reads',
  head: (head: number) => `head ${head}`,
  mask: (words: string) => `The mask hides later words: ${words}.`,
  noMask: 'The mask hides nothing here: this is the last word.',
  units: (active: string, all: string) => `${active} of ${all} units are active (more than 0).`,
  unitsLabel: 'Activations of the units, 64 in a row',
  vector: 'The vector',
  addedVector: 'What it adds',
  outputs: 'The likeliest next words',
  path: 'The lit blocks are all that this one depends on.',
  lens: 'What each layer would say',
  rows: ['embedding', 'layer 1', 'layer 2: said'],
  agreement: (difference: string) =>
    `Every length is computed in this page in double precision; after the last layer the GPU’s vector differs from it by at most ${difference}.`,
  column: { block: 'block' },
  table: 'All lengths',
};

const fr: typeof en = {
  title: 'Le transformeur entier',
  text: 'Un mot est un vecteur qui traverse bloc après bloc. Aucun bloc ne le remplace : chacun le lit et y ajoute quelque chose, venu d’autres mots (l’attention) ou de ce qu’il sait (les unités du réseau à propagation avant). Le dernier vecteur est comparé à tous les mots français.',
  paper: 'Vaswani et al. 2017, Attention is all you need',
  notice:
    'Parcourez la sortie : les vecteurs, leurs longueurs et les mots lus changent. La barre d’un bloc est la longueur de ce qu’il ajoute ; la ligne à côté est aussi large que le vecteur est long. Le tableau demande à chaque couche du décodeur ce qu’elle dirait si elle était la dernière : souvent les premières ne savent pas encore le mot.',
  word: 'Mot de sortie',
  end: 'fin de la phrase',
  start: 'début',
  diagram: (word, source) =>
    `Les blocs du transformeur : l’encodeur avec le mot « ${source} », le décodeur avant qu’il n’écrive « ${word} »`,
  encoder: (word) => `Encodeur : « ${word} »`,
  decoder: (word) => `Décodeur : après « ${word} »`,
  sourceNote: (word) =>
    `L’encodeur est montré pour « ${word} », le mot anglais que ce mot de sortie regarde le plus.`,
  kinds: {
    embed: 'plongement et position',
    self: 'auto-attention',
    cross: 'attention à l’anglais',
    units: 'propagation avant',
    norm: 'normalisation',
    output: 'sortie : tous les mots',
  },
  masked: 'auto-attention masquée',
  layer: (layer) => `couche ${layer}`,
  before: 'longueur de ce qui entre',
  added: 'longueur de ce qu’il ajoute',
  after: 'longueur de ce qui sort',
  share: 'part de ce qui est entré',
  attention: 'Ce que lit chaque tête',
  head: (head) => `tête ${head}`,
  mask: (words) => `Le masque cache les mots qui suivent : ${words}.`,
  noMask: 'Le masque ne cache rien ici : c’est le dernier mot.',
  units: (active, all) => `${active} unités sur ${all} sont actives (au-dessus de 0).`,
  unitsLabel: 'Activations des unités, 64 par ligne',
  vector: 'Le vecteur',
  addedVector: 'Ce qu’il ajoute',
  outputs: 'Les mots suivants les plus probables',
  path: 'Les blocs allumés sont tous ceux dont celui-ci dépend.',
  lens: 'Ce que chaque couche dirait',
  rows: ['plongement', 'couche 1', 'couche 2 : dit'],
  agreement: (difference) =>
    `Chaque longueur est calculée dans cette page en double précision ; après la dernière couche, le vecteur du GPU en diffère d’au plus ${difference}.`,
  column: { block: 'bloc' },
  table: 'Toutes les longueurs',
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };

/** The name of a block. */
export function blockName(
  own: typeof en,
  { column, kind, layer }: { column: string; kind: BlockKind; layer: number },
): string {
  const name = kind === 'self' && column === 'decoder' ? own.masked : own.kinds[kind];
  return ['self', 'cross', 'units'].includes(kind) ? `${name}, ${own.layer(layer + 1)}` : name;
}
