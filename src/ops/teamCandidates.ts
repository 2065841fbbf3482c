/** All teams that may share a row, for programs that they are handed in to. */
import type { RowTeam } from '../../shaders/lib/rowTeam';
import { subgroupJoins } from '../../shaders/lib/subgroupJoins';
import { type Question, sizeClass } from '../graph/choice';
import type { RowQuestion } from './rows';
import {
  defaultTeam,
  gpuLanes,
  LONE_TEAM,
  type RowSizes,
  spreadTeam,
  type TeamTarget,
  workgroupTeam,
} from './rowTeams';

/**
 * V of a row that a thread may keep. On SwiftShader rows of 32 take a third to two thirds of the time, and
 * 0.3 s longer to compile; of 64 they take 1 s longer and gain nothing.
 */
const MOST_HELD = 32;

/** Teams by name, the one to take unmeasured first: a thread, a few lanes, a workgroup a row. */
export function teamCandidates(target: TeamTarget, sizes: RowSizes): ReadonlyMap<string, RowTeam> {
  const width: RowTeam['width'] = sizes.aligned ? 4 : 1;
  const lanes = gpuLanes(sizes.length);
  const wide = [lanes / 2, lanes, lanes * 2].filter((count) => count >= 32 && count <= 256);
  const teams = [
    defaultTeam(target, sizes),
    { ...LONE_TEAM, width },
    workgroupTeam(4, width),
    ...wide.map((count) => workgroupTeam(count, 1)),
    workgroupTeam(lanes, width),
  ];
  const held = sizes.length / width;
  const keeping = sizes.holds && held <= MOST_HELD ? [{ ...LONE_TEAM, width, held }] : [];
  const isLone = teams[0]?.lanes === 1;
  const first = isLone && target.startup === 'thorough' ? keeping : [];
  return byName([...first, ...teams, ...keeping, ...bySubgroups(target, teams)]);
}

/** The same by subgroups, where all of them are of one size. */
function bySubgroups(
  { subgroups, subgroupMinSize, subgroupMaxSize }: TeamTarget,
  teams: readonly RowTeam[],
): readonly RowTeam[] {
  if (!subgroups || subgroupMinSize !== subgroupMaxSize) return [];
  const subgroup = subgroupMinSize;
  return teams
    .filter(({ lanes }) => lanes > 1)
    .map((one) => ({ ...one, subgroup, joins: subgroupJoins(one.lanes, subgroup) }));
}

/** The same for a kernel that combines nothing over a row. */
export function spreadTeamCandidates(
  target: TeamTarget,
  sizes: RowSizes,
): ReadonlyMap<string, RowTeam> {
  return byName([...teamCandidates(target, sizes).values()].map(spreadTeam));
}

/** '64x1 by 4 subgroups': lanes, rows and width; each team once. */
export function byName(teams: readonly RowTeam[]): ReadonlyMap<string, RowTeam> {
  return new Map(
    teams.map((one) => {
      const { lanes, rows, width, subgroup, held } = one;
      const how = subgroup > 0 ? ' subgroups' : held > 0 ? ' held' : '';
      return [`${lanes}x${rows} by ${width}${how}`, one];
    }),
  );
}

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
