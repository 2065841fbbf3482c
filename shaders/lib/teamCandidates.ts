/** All teams that rows may be shared by; programs that they are not handed in to take the default one. */
import {
  defaultTeam,
  gpuLanes,
  LONE_TEAM,
  type RowSizes,
  type RowTeam,
  spreadTeam,
  type TeamTarget,
  workgroupTeam,
} from './rowTeam';

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
  return teams
    .filter(({ lanes }) => lanes > 1)
    .map((one) => ({ ...one, subgroup: subgroupMinSize }));
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
