/** The attributes of this folder's ops, which op and reference share. */
import type { Dim } from '../../core/dim';

export type TopKAttrs = { readonly k: number };

export type TopKGradAttrs = { readonly size: Dim };
