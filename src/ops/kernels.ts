/**
 * All further kernels, to be passed to `openDevice` or to a load: those that tuning and the self-check try,
 * those that pay off in long use of a software adapter, and the one for grids of more than 65,535 workgroups.
 * Each op brings the kernels that it uses without them.
 */
import { foldedKernel } from '../../shaders/lib/fold';
import { choose, tunedTarget } from '../graph/choice';
import type { Kernels } from '../graph/target';
import { attentionCandidateSet } from './attention/candidates';
import { matmulCandidateSet } from './matmul/candidates';
import { rowTeamCandidateSet, spreadRowTeamCandidateSet } from './rowTeamCandidates';

/** All further kernels, for `openDevice` or a load. */
export const allKernels: Kernels = {
  choose,
  tuned: tunedTarget,
  folded: foldedKernel,
  attention: attentionCandidateSet,
  matmul: matmulCandidateSet,
  rows: rowTeamCandidateSet,
  spreadRows: spreadRowTeamCandidateSet,
};
