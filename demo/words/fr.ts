/** The page's words in French. */
import type { Words } from './en';

export const fr: Words = {
  title: 'Le pouvoir de l’attention',
  description:
    'Trois générations de réseaux de neurones traduisent votre phrase, dans votre navigateur, sur votre propre GPU.',
  lead: 'Trois générations de réseaux de neurones traduisent votre phrase : ici, dans cette page, sur votre propre GPU.',
  skip: 'Aller à la traduction',
  save: 'Enregistrer les nombres (JSON)',
  savePicture: 'Enregistrer l’image (SVG)',
  formula: 'Formule',
  asTable: 'Les nombres dans un tableau',
  stepper: { step: 'Étape', next: 'Suivante', back: 'Précédente' },
  views: {
    label: 'Vues',
    translate: 'Traduire',
    road: 'La route',
    train: 'Entraîner',
    inside: 'À l’intérieur',
    kernels: 'Noyaux',
  },
  sentence: 'Une phrase anglaise',
  sentenceHint: 'Écrivez : les réponses suivent.',
  examples: 'Exemples',
  another: 'Une autre',
  language: 'Langue de la page',
  theme: { label: 'Couleurs', auto: 'celles du système', light: 'claires', dark: 'sombres' },
  gpu: {
    label: 'Votre GPU :',
    memory: 'mémoire',
    waiting: 'Votre GPU est en cours d’ouverture',
    idle: 'Aucun GPU nécessaire ici',
  },
  generations: {
    'toy-seq2seq': {
      name: 'Un seul vecteur',
      what: 'Toute la phrase est comprimée en un vecteur, d’où la traduction est écrite.',
    },
    'toy-bahdanau': {
      name: 'L’attention',
      what: 'Pour chaque mot qu’il écrit, le réseau regarde les mots qui comptent.',
    },
    'toy-transformer': {
      name: 'Le transformeur',
      what: 'L’attention seule : chaque mot regarde tous les autres, tous en même temps.',
    },
  },
  own: 'Un modèle à vous.',
  corpora: {
    label: 'Entraînés sur',
    grammar: 'une petite grammaire',
    everyday: 'l’anglais de tous les jours',
    notes: {
      grammar:
        'Des phrases de 439 mots écrites par une grammaire : chaque vraie traduction est connue, et les fautes sont marquées.',
      everyday:
        'Cinquante mille paires de phrases courtes que des gens ont écrites et traduites, en morceaux de mots :',
    },
    licence: 'Tatoeba et ManyThings.org, CC BY 2.0 FR',
    grammarOnly:
      'Entraîné sur la petite grammaire seulement : il laisse une lacune pour chaque mot qui n’y est pas.',
    beyond: (longest, parts) =>
      parts > 1
        ? `Plus long que ce qu’il a vu, des phrases d’au plus ${longest} mots : traduit proposition par proposition, en ${parts} parties.`
        : `Plus long que ce qu’il a vu : des phrases d’au plus ${longest} mots.`,
  },
  recorded: 'enregistré',
  recordedHint: 'Enregistré à partir de cette page ; votre GPU prend le relais dès qu’il est prêt.',
  live: 'en direct',
  loading: 'Chargement',
  waiting: 'Attend le premier modèle',
  writing: 'Écrit',
  look: 'Regarder dedans',
  right: 'Tous les mots sont justes.',
  mistakes: (wrong, missing) =>
    `${wrong} de faux, ${missing} de manquants, comparés à la vraie traduction.`,
  wrongWord: 'absent de la vraie traduction',
  missingWord: 'manque',
  copied: 'copié : le modèle ne connaît pas ce mot',
  unknown: 'une lacune : le modèle ne connaît pas le mot et ne peut pas le regarder',
  unknownWords: {
    unknown: (word, known) =>
      `« ${word} » n’est pas l’un des ${known} mots anglais que ces réseaux ont appris ; il est repris tel quel.`,
    similar: 'Vouliez-vous dire',
  },
  figures: { first: 'premier mot', rate: 'mots par seconde', total: 'phrase entière' },
  tabs: {
    label: 'Regarder dedans',
    lines: 'L’attention en lignes',
    map: 'En carte',
    beams: 'Recherche en faisceau',
  },
  linesHint:
    'Plus une ligne est forte, plus le réseau a regardé ce mot anglais en écrivant le mot français. Pointez un mot pour ne voir que ses lignes.',
  mapHint:
    'Une rangée par mot français ; plus une case est forte, plus il a regardé ce mot anglais.',
  mapReading: (target, source, weight) => `${target} ← ${source} : ${weight}`,
  noAttention:
    'Ce réseau n’a pas d’attention à montrer : il a tout écrit à partir d’un seul vecteur. Ses mots peuvent tout de même être remplacés ci-dessus.',
  beamsHint:
    'Cinq phrases grandissent côte à côte. À chaque pas les cinq plus probables continuent, les autres s’arrêtent (pâles). Les nombres sont les probabilités d’un mot après ceux qui le précèdent.',
  beamsRun: 'Recherche',
  alternatives: (token) => `À la place de « ${token} »`,
  alternativesEnd: 'À la place de la fin',
  alternativesHint: 'Choisissez un mot de la réponse pour voir ce qu’il aurait pu être.',
  end: 'fin de la phrase',
  choose: (token, percent) => `Continuer avec « ${token} », ${percent}`,
  forced: 'Le début est de vous ; le réseau continue.',
  release: 'Reprendre sa propre réponse',
  errors: {
    input: 'Ceci ne peut pas être traduit',
    device: 'Il n’y a pas de WebGPU ici',
    'device-lost': 'Le GPU s’est arrêté',
    worker: 'Le calcul s’est arrêté',
    download: 'Le modèle n’a pas pu être chargé',
    format: 'Les fichiers du modèle sont abîmés',
    other: 'Quelque chose n’a pas marché',
  },
  noGpu: {
    title: 'Il n’y a pas de WebGPU ici.',
    meanwhile:
      'La page traduit donc sur le processeur, en double précision : plus lentement, avec les mêmes réponses. Les figures qui regardent à l’intérieur ont besoin d’un GPU.',
    advice: {
      insecure:
        'Les navigateurs n’offrent WebGPU qu’aux pages dont l’adresse commence par https, ou qui viennent de localhost. Ouvrez cette page à une telle adresse.',
      adapter:
        'Ce navigateur connaît WebGPU, mais n’a trouvé aucun GPU qu’il puisse utiliser. Activez l’accélération matérielle dans ses réglages et mettez à jour le pilote graphique ; chrome://gpu en dit plus.',
      firefox:
        'Firefox offre WebGPU sous Windows à partir de la version 141, et sur les Mac à puce Apple à partir de la 145 (avec macOS 26) ou de la 147. Sous Linux, essayez Chrome.',
      safari: 'Safari offre WebGPU à partir de la version 26, sur Mac, iPhone et iPad.',
      chromium:
        'Chrome et Edge offrent WebGPU à partir de la version 113 sous Windows, macOS et ChromeOS, de la 121 sous Android, et sous Linux de la 144 (Intel) ou de la 147 (NVIDIA).',
      other: 'Chrome, Edge, Safari et Firefox offrent WebGPU dans leurs versions actuelles.',
    },
  },
  retry: 'Réessayer',
  attentionOf: 'Poids de l’attention',
  number: (value, digits = 0) =>
    value.toLocaleString('fr', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
};
