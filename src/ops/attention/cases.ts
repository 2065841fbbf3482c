/**
 * Cases of attention: packed inputs, masks, biases, sizes and groups of heads, outliers, rows without any key.
 */
import type { Case } from '../../graph/cases';
import { headCases } from './headCases';
import { maskCases } from './maskCases';
import { packedCases } from './packedCases';

export const cases: readonly Case[] = [...packedCases, ...headCases, ...maskCases];
