/** The words of the view inside a model, in French. */
import type { InsideWords } from './words';

export const fr: InsideWords = {
  menu: 'Parties de cette vue',
  model: 'Traducteur',
  parts: {
    heads: 'Toutes les têtes',
    rollout: 'L’attention déroulée',
    values: 'Valeurs et gradients',
    plan: 'Ce que le GPU exécute',
  },
  attention: (kind, layer) => attentionName(kind, layer),
  headShort: (head) => `tête ${head}`,
  headName: (kind, layer, head) => `${attentionName(kind, layer)}, tête ${head}`,
  heads: {
    title: 'Toutes les têtes de toutes les couches',
    text: 'Chaque image est une tête d’attention. Une ligne est un mot qui demande, une colonne un mot qui répond ; plus une case est forte, plus la valeur de ce mot a été prise. Choisissez une image pour l’agrandir ; décochez-la pour éteindre la tête.',
    notice:
      'Certaines têtes regardent le mot précédent, d’autres le mot lui-même, d’autres la fin de la phrase, où il n’y a rien à prendre. Éteignez une tête qui semble importante : souvent la réponse reste la même, car d’autres la connaissent aussi. Ce qu’une tête regarde ne prouve pas à quoi elle sert.',
    enlarge: (name) => `Agrandir : ${name}`,
    isOn: (name) => `Utiliser cette tête : ${name}`,
    back: 'Toutes les têtes',
    previous: 'La tête précédente',
    next: 'La tête suivante',
    reading:
      'Les lignes demandent, les colonnes répondent, et la somme de chaque ligne est 1. ▸ marque le début de la réponse, ■ la fin de la phrase.',
  },
  ablation: {
    title: 'La réponse sans certaines têtes',
    whole: 'Avec toutes les têtes',
    without: (count) =>
      count === 0
        ? 'Aucune tête n’est éteinte'
        : count === 1
          ? 'Sans une tête'
          : `Sans ${count} têtes`,
    restore: 'Rallumer toutes les têtes',
    probabilities:
      'La probabilité que le réseau donne à chaque mot de sa propre réponse, après les mots précédents',
    rowWhole: 'toutes les têtes',
    rowWithout: 'sans elles',
    wrong: 'absent de sa propre réponse',
    missing: 'manque : présent dans sa propre réponse',
  },
  rollout: {
    title: 'L’attention déroulée',
    text: 'Dans la deuxième couche, une place ne contient plus un seul mot : elle a pris à d’autres dans la première. Le déroulement suit les mots à travers toutes les couches. Il fait la moyenne des têtes, ajoute ce qui passe à côté de l’attention sans changer, et multiplie couche après couche.',
    paper: 'Abnar & Zuidema 2020',
    notice:
      'Comparez les deux images : la diagonale est plus forte dans le déroulement, car la moitié de chaque place passe à côté de l’attention. C’est une estimation, qui laisse de côté les valeurs, les réseaux intermédiaires et les normalisations. Le troisième choix n’est pas dans l’article : il multiplie ce que lit le décodeur par le déroulement de l’encodeur.',
    which: 'Attention',
    kinds: { encoder: 'encodeur', decoder: 'décodeur', cross: 'du décodeur à l’encodeur' },
    layers: 'Couches, à partir de la première',
    all: 'toutes',
    alone: (kind) =>
      kind === 'cross'
        ? 'Ce que regarde la dernière couche du décodeur'
        : 'La dernière de ces couches, seule',
    rolled: () => 'À travers toutes ces couches',
    none: 'Le déroulement demande des couches d’auto-attention, et ce réseau n’en a pas. Choisissez le transformeur.',
  },
  values: {
    title: 'Valeurs et gradients par leur nom',
    text: 'Tout ce que le réseau calcule entre votre phrase et sa réponse a un nom. Choisissez-en un pour voir ses nombres, ou leur gradient : comment l’erreur sur la réponse change avec chacun d’eux.',
    notice:
      'L’erreur est la moyenne de −log p sur les mots de la réponse du réseau lui-même. L’apprentissage suit son gradient : il est minuscule pour un réseau déjà sûr de sa réponse.',
    search: 'Chercher parmi les noms',
    searchHint: 'encoder weights',
    found: (count) => (count === 1 ? '1 nom' : `${count} noms`),
    names: 'Noms',
    groups: { values: 'Valeurs', parameters: 'Paramètres' },
    show: 'Montrer',
    kinds: { value: 'les nombres', gradient: 'le gradient de l’erreur' },
    head: 'Tête',
    firstRows: (shown, all) =>
      `L’image montre les ${shown} premières lignes sur ${all} ; le fichier les contient toutes.`,
    statistics: {
      shape: 'forme',
      mean: 'moyenne',
      deviation: 'écart type',
      norm: 'norme',
      least: 'plus petit',
      most: 'plus grand',
    },
  },
  plan: {
    title: 'Ce que le GPU exécute',
    text: 'Avant toute exécution, le réseau devient un plan : les opérations qui vont ensemble sont fusionnées en étapes, et chaque résultat reçoit un tampon au moment où il est calculé, puis le rend après son dernier usage.',
    notice:
      'Une barre va de la première étape qui utilise un tampon à la dernière. Une longue barre temporaire est un tampon qui sert encore et encore : le nombre à côté compte les résultats qui s’y succèdent. Une étape d’apprentissage demande plus de tampons, car la passe arrière utilise des résultats de la passe avant.',
    which: 'Plan',
    kinds: {
      encode: 'lire une phrase',
      step: 'écrire un mot',
      forward: 'un lot, passe avant seule',
      train: 'une étape d’apprentissage',
    },
    totals: {
      steps: 'étapes',
      ops: 'opérations',
      dispatches: 'lancements',
      buffers: 'tampons',
      memory: 'mémoire',
      flops: 'opérations arithmétiques',
      bytes: 'déplacés au moins',
    },
    picture: 'Les tampons au fil des étapes',
    pictureLabel: (steps, buffers) =>
      `${buffers} tampons sur ${steps} étapes : chaque barre va de la première étape qui utilise un tampon à la dernière`,
    use: (use) =>
      use
        .replace(/^input/u, 'entrée')
        .replace(/^state/u, 'état')
        .replace(/^constant/u, 'constante')
        .replace(/^temporary/u, 'temporaire'),
    results: (count) => (count > 1 ? ` × ${count}` : ''),
    bytes: ([text, power]) => `${text} ${['o', 'ko', 'Mo', 'Go'][power]}`,
    operations: ([text, power]) => `${text}${['', ' mille', ' millions', ' milliards'][power]}`,
    uses: (kind) =>
      ({
        input: 'entrée',
        state: 'gardé d’une exécution à l’autre',
        constant: 'constante',
        arena: 'gradients des poids',
        temporary: 'temporaire',
      })[kind] ?? kind,
    step: 'Étape',
    stepOps: 'Opérations fusionnées',
    stepKernels: 'Noyau',
    stepWrites: 'Écrit (type et tampon)',
    stepWork: 'Travail',
    work: (flops, bytes) => `opérations arithmétiques : ${flops} ; au moins ${bytes} déplacés`,
    dispatched: (count) => `lancé ${count} fois`,
    asTable: 'Toutes les étapes dans un tableau',
    times: 'Temps par noyau',
    measure: 'Mesurer sur ce GPU',
    measuring: 'Mesure en cours …',
    total: (ms, isGpu, adapter) =>
      `${ms} ms en tout sur ${adapter}, ${isGpu ? 'à l’horloge du GPU' : 'à l’horloge de la page, attente comprise'}. Chaque lancement a été exécuté seul ; le meilleur de trois essais compte.`,
    kernel: 'Noyau',
    count: 'lancements',
  },
};

function attentionName(kind: string, layer: number): string {
  const side = { encoder: 'encodeur', decoder: 'décodeur' }[kind] ?? 'du décodeur à l’encodeur';
  return `${side}, couche ${layer}`;
}
