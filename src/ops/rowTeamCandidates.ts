/** All teams that may share a row, for programs that they are handed in to. */
import type { RowTeam } from '../../shaders/lib/rowTeam';
import { subgroupJoins } from '../../shaders/lib/subgroupJoins';
import { type CandidateSet, sizeClass } from '../graph/choice';
import type { TeamRequest } from './rows';
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
 * Values of `V` in a row up to which one thread may keep the row in registers. On SwiftShader rows of 32 then
 * take a third to two thirds of the time, and 0.3 s longer to compile; rows of 64 take 1 s longer to compile
 * and are no faster.
 */
const MAX_HELD = 32;

/** Teams by name, the default first: a thread, a few lanes or a workgroup for each row. */
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
  const holding = sizes.holds && held <= MAX_HELD ? [{ ...LONE_TEAM, width, held }] : [];
  const isLone = teams[0]?.lanes === 1;
  const first = isLone && target.startup === 'thorough' ? holding : [];
  return teamsByName([...first, ...teams, ...holding, ...withSubgroups(target, teams)]);
}

/** The teams of several lanes with subgroup operations, where all subgroups have one size. */
function withSubgroups(
  { subgroups, subgroupMinSize, subgroupMaxSize }: TeamTarget,
  teams: readonly RowTeam[],
): readonly RowTeam[] {
  if (!subgroups || subgroupMinSize !== subgroupMaxSize) return [];
  const subgroup = subgroupMinSize;
  return teams
    .filter(({ lanes }) => lanes > 1)
    .map((one) => ({ ...one, subgroup, joins: subgroupJoins(one.lanes, subgroup) }));
}

/** The teams by names such as '64x1 by 4 subgroups' (lanes, rows and width), each team once. */
export function teamsByName(teams: readonly RowTeam[]): ReadonlyMap<string, RowTeam> {
  return new Map(
    teams.map((team) => {
      const { lanes, rows, width, subgroup, held } = team;
      const reading = subgroup > 0 ? ' subgroups' : held > 0 ? ' held' : '';
      return [`${lanes}x${rows} by ${width}${reading}`, team];
    }),
  );
}

/** The candidates for kernels that reduce over a row. */
export function rowTeamCandidateSet(request: TeamRequest): CandidateSet<RowTeam> {
  return candidateSet(request, teamCandidates(request.target, request));
}

/** The candidates for kernels that reduce nothing over a row. */
export function spreadRowTeamCandidateSet(request: TeamRequest): CandidateSet<RowTeam> {
  const teams = [...teamCandidates(request.target, request).values()];
  return candidateSet(request, teamsByName(teams.map(spreadTeam)));
}

function candidateSet(
  { family, sizes, aligned }: TeamRequest,
  candidates: ReadonlyMap<string, RowTeam>,
): CandidateSet<RowTeam> {
  return { family, shape: `${sizeClass({ ...sizes })}${aligned ? ' by 4' : ''}`, candidates };
}

declare module '../graph/target' {
  interface Kernels {
    readonly rows?: typeof rowTeamCandidateSet;
    readonly spreadRows?: typeof spreadRowTeamCandidateSet;
  }
}
