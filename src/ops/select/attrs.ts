/** The names of this folder's ops, which op and reference share. */
export type CompareName = 'equal' | 'notEqual' | 'less' | 'lessEqual' | 'greater' | 'greaterEqual';

export type LogicName = 'and' | 'or';
