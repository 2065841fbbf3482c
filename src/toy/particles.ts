/**
 * The small invariable words: negations, adverbs, prepositions, connectors, states and numerals.
 * Determiners and pronouns are in the two languages' own files, since they inflect.
 */

/** English words with the French words of the same meaning. */
export interface Particle {
  readonly english: readonly string[];
  readonly french: readonly string[];
}

function particle(english: string, french: string): Particle {
  return { english: english.split(' '), french: french.split(' ') };
}

/** Negations; the French part is the second half, after 'ne' and the verb. */
export const negations = {
  not: particle('not', 'pas'),
  never: particle('never', 'jamais'),
  noLonger: particle('no longer', 'plus'),
};

export const frequencies: readonly Particle[] = [
  particle('often', 'souvent'),
  particle('always', 'toujours'),
  particle('sometimes', 'parfois'),
  particle('rarely', 'rarement'),
];

export const prepositions = {
  in: particle('in', 'dans'),
  on: particle('on', 'sur'),
  under: particle('under', 'sous'),
  behind: particle('behind', 'derrière'),
  near: particle('near', 'près de'),
  front: particle('in front of', 'devant'),
  with: particle('with', 'avec'),
  for: particle('for', 'pour'),
  /** French decides by the place: à paris, en france, au japon, chez le roi. */
  to: particle('to', 'à'),
};

export const connectors = {
  and: particle('and', 'et'),
  but: particle('but', 'mais'),
  because: particle('because', 'parce que'),
  so: particle('so', 'donc'),
};

/** States of persons and animals: French has them with 'avoir'. */
export const states: readonly Particle[] = [
  particle('hungry', 'faim'),
  particle('thirsty', 'soif'),
  particle('afraid', 'peur'),
  particle('cold', 'froid'),
  particle('hot', 'chaud'),
  particle('right', 'raison'),
];

export const interrogatives = {
  where: particle('where', 'où'),
  when: particle('when', 'quand'),
  why: particle('why', 'pourquoi'),
};

export const degrees = {
  very: particle('very', 'très'),
  too: particle('too', 'trop'),
};

export const numerals: readonly Particle[] = [
  particle('two', 'deux'),
  particle('three', 'trois'),
  particle('four', 'quatre'),
  particle('five', 'cinq'),
  particle('six', 'six'),
  particle('seven', 'sept'),
  particle('eight', 'huit'),
  particle('nine', 'neuf'),
  particle('ten', 'dix'),
  particle('eleven', 'onze'),
  particle('twelve', 'douze'),
];
