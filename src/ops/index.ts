/** The op set that gradient rules and models use: all op functions with their types. */
import type { OpSet } from '../graph/op';
import * as functions from './functions';

/** Functions that no OpSet declaration names; there must be none. */
type Undeclared = Exclude<keyof typeof functions, keyof OpSet>;

/** All op functions by name. */
export const ops: OpSet = functions satisfies OpSet & Readonly<Record<Undeclared, never>>;
