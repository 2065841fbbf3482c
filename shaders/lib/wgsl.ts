/**
 * The only import of wgsl-preprocessor: a typed template tag for WGSL text with #if/#elif/#else/#endif.
 * Branches that are not taken are still evaluated, so their values must be printable. The library's build
 * compiles the templates (tools/lib/wgslTemplates.ts), and carries neither the tag nor the preprocessor.
 */
import { wgsl as preprocess } from 'wgsl-preprocessor/wgsl-preprocessor.js';

type Fragment = string | number | boolean;

/**
 * WGSL source text. Numbers are printed as they are; booleans select branches of `#if`.
 * @throws Error when a value is undefined, NaN or infinite: they would be printed as words
 */
export function wgsl(strings: TemplateStringsArray, ...values: readonly Fragment[]): string {
  values.forEach((value, i) => {
    const usable =
      typeof value === 'number' ? Number.isFinite(value) : value !== undefined && value !== null;
    if (!usable) {
      const before = (strings[i] ?? '').slice(-60);
      throw new Error(`wgsl: the value after "${before}" is ${String(value)}`);
    }
  });
  return preprocess(strings, ...values);
}

/** The parts of a vec4. */
export const PARTS = ['x', 'y', 'z', 'w'] as const;

/** A float literal that WGSL reads as f32 (a plain `1` would be an integer). */
export function float(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`wgsl: ${value} cannot be a shader constant`);
  if (Math.abs(value) > 3.4028234663852886e38) throw new Error(`wgsl: ${value} exceeds f32`);
  const text = String(value);
  return /[.e]/.test(text) ? `${text}f` : `${text}.0f`;
}
