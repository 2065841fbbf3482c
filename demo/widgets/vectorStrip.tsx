/** A vector as a strip of cells: one colour for positive numbers, one for negative, none for zero. */
import { useEffect, useRef } from 'preact/hooks';
import { theme } from '../state/settings';

export interface VectorStripProps {
  readonly values: readonly number[];
  /** The magnitude that has the full colour. */
  readonly most: number;
  /** What it is: q, k, v have their colours in all views. */
  readonly of: 'query' | 'key' | 'value' | 'activation';
  readonly label: string;
}

export function VectorStrip({ values, most, of, label }: VectorStripProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === undefined || context === null || canvas.current === null) return;
    const style = getComputedStyle(canvas.current);
    const [plus, minus] = [style.color, style.getPropertyValue('--negative') || 'gray'];
    context.clearRect(0, 0, values.length, 1);
    values.forEach((value, i) => {
      context.globalAlpha = Math.min(1, Math.abs(value) / most);
      context.fillStyle = value < 0 ? minus : plus;
      context.fillRect(i, 0, 1, 1);
    });
  }, [values, most, of, theme.value]);
  return (
    <canvas
      ref={canvas}
      class={`strip ${of}`}
      width={values.length}
      height={1}
      role="img"
      aria-label={label}
    />
  );
}
