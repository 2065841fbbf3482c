/** All teams that rows may be shared by; programs that they are not handed in to take the default one. */
import {
  defaultTeam,
  gpuLanes,
  type Join,
  LONE_TEAM,
  MAX,
  MIN,
  type RowSizes,
  type RowTeam,
  SUM,
  spreadTeam,
  type TeamTarget,
  workgroupTeam,
} from './rowTeam';
import { wgsl } from './wgsl';

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
    .map((one) => ({ ...one, subgroup, joins: joinsOf(one.lanes, subgroup) }));
}

function joinsOf(lanes: number, subgroup: number): NonNullable<RowTeam['joins']> {
  const join = (all: string, shared: string, two: Join) => wgsl`var result = ${all}(value);
  #if ${lanes > subgroup}
  // Lanes of a subgroup follow each other.
  if (lane % ${subgroup}u == 0u) { ${shared}[lane / ${subgroup}u] = result; }
  workgroupBarrier();
  result = ${shared}[0];
  for (var i = 1u; i < ${Math.ceil(lanes / subgroup)}u; i++) { result = ${two('result', `${shared}[i]`)}; }
  workgroupBarrier();
  #endif`;
  return {
    team_sum: join('subgroupAdd', 'shared_f32', SUM),
    team_max: join('subgroupMax', 'shared_f32', MAX),
    across_min_index: join('subgroupMin', 'shared_u32', MIN),
  };
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
