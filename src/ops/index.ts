/** The op set that gradient rules and models use: every op function, each with its type. */
import type { OpSet } from '../graph/op';
import * as functions from './functions';

/** Functions without a declaration in OpSet; there may be none. */
type Undeclared = Exclude<keyof typeof functions, keyof OpSet>;

/** All op functions by name. */
export const ops: OpSet = functions satisfies OpSet & Readonly<Record<Undeclared, never>>;
