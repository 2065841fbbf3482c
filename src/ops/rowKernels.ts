/** All teams for the kernels of rows, for programs that they are handed in to. */
import type { RowTeam } from '../../shaders/lib/rowTeam';
import { spreadTeamCandidates, teamCandidates } from '../../shaders/lib/teamCandidates';
import { type Question, sizeClass } from '../graph/choice';
import type { RowQuestion } from './rows';

/** The teams for rows over which results are combined. */
export function rowsQuestion(asked: RowQuestion): Question<RowTeam> {
  return question(asked, teamCandidates);
}

/** The teams for rows over which nothing is combined. */
export function spreadRowsQuestion(asked: RowQuestion): Question<RowTeam> {
  return question(asked, spreadTeamCandidates);
}

function question(asked: RowQuestion, candidates: typeof teamCandidates): Question<RowTeam> {
  const { family, sizes, target, aligned } = asked;
  return {
    family,
    shape: `${sizeClass({ ...sizes })}${aligned ? ' by 4' : ''}`,
    candidates: candidates(target, asked),
  };
}

declare module '../graph/target' {
  interface Kernels {
    readonly rows?: typeof rowsQuestion;
    readonly spreadRows?: typeof spreadRowsQuestion;
  }
}
