/** What is drawn of one kind of vectors: places, nearest sentences, distances. */
import {
  distance,
  type EventDistances,
  eventDistances,
  nearestOf,
  project,
  type Vector,
} from './geometry';
import type { Telling } from './phrases';
import type { PlaneLink } from './planePicture';
import type { Plane } from './service';

export interface Nearest {
  /** Index among the sentences. */
  readonly index: number;
  readonly distance: number;
}

export interface Compared {
  readonly plane: Plane;
  /** Of the sentences, then of the typed phrases. */
  readonly vectors: readonly Vector[];
  readonly places: readonly (readonly [x: number, y: number])[];
  /** Of each typed phrase. */
  readonly nearest: readonly Nearest[];
  readonly distances: EventDistances;
}

/**
 * @param sentences vectors of the tellings  @param typed those of phrases
 */
export function compare(
  tellings: readonly Telling[],
  sentences: readonly Vector[],
  typed: readonly Vector[],
  plane: Plane,
): Compared {
  const vectors = [...sentences, ...typed];
  return {
    plane,
    vectors,
    places: vectors.map((vector) => project(plane, vector)),
    nearest: typed.map((vector) => {
      const index = nearestOf(vector, sentences);
      return { index, distance: distance(vector, sentences[index] ?? []) };
    }),
    distances: eventDistances(tellings, sentences),
  };
}

/** Links of the same meaning, and from each typed phrase to its nearest sentence. */
export function linksOf(
  tellings: readonly Telling[],
  nearest: readonly Nearest[],
): readonly PlaneLink[] {
  const meanings = tellings.flatMap(({ doer, event, voice }, from): readonly PlaneLink[] => {
    const to = tellings.findIndex(
      (other) => other.doer === doer && other.event === event && other.voice !== voice,
    );
    return from < to ? [{ from, to, kind: 'meaning' }] : [];
  });
  return [
    ...meanings,
    ...nearest.map(({ index }, i): PlaneLink => {
      return { from: tellings.length + i, to: index, kind: 'nearest' };
    }),
  ];
}
