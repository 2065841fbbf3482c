/** Sentence pairs that the visitor's own ones take the place of. */

/** With which sentences begin, in English and French. */
const SUBJECTS = [
  ['the cat', 'le chat'],
  ['the dog', 'le chien'],
  ['a bird', 'un oiseau'],
  ['my sister', 'ma sœur'],
  ['your brother', 'ton frère'],
  ['the teacher', 'le professeur'],
] as const;

/** With which they go on. */
const PREDICATES = [
  ['sleeps', 'dort'],
  ['sings today', "chante aujourd'hui"],
  ['sees a house', 'voit une maison'],
  ['never dances', 'ne danse jamais'],
  ['eats an apple', 'mange une pomme'],
] as const;

/** Each subject with each predicate, a pair a line. */
export const SAMPLE_PAIRS: string = SUBJECTS.flatMap(([subject, sujet]) =>
  PREDICATES.map(([predicate, attribut]) => `${subject} ${predicate}\t${sujet} ${attribut}`),
).join('\n');
