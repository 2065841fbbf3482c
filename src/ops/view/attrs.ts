/** The attributes of this folder's ops, which op and reference share. */
import type { Shape } from '../../core/shape';

export type ViewAttrs = { readonly shape: Shape; readonly offset: number };
