/** The attributes of this folder's ops, which op and reference share. */
import type { DType, Shape } from '../../core/shape';

export type FillAttrs = { readonly value: number; readonly dtype: DType; readonly shape: Shape };

export type LinearAttrs = { readonly factor: number; readonly offset: number };
