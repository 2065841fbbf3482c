/** A matrix of weights as a small picture; what holds it says what it is. */
import { useEffect, useRef } from 'preact/hooks';
import { theme } from '../../state/settings';
import type { Matrix } from './attention';

export interface ThumbProps {
  /** Weights, 0 to 1. */
  readonly values: Matrix;
}

export function Thumb({ values }: ThumbProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const columns = Math.max(1, values[0]?.length ?? 1);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === undefined || context === null) return;
    context.clearRect(0, 0, element.width, element.height);
    context.fillStyle = getComputedStyle(element).getPropertyValue('--weight');
    values.forEach((row, r) => {
      row.forEach((weight, c) => {
        context.globalAlpha = Math.min(1, weight);
        context.fillRect(c, r, 1, 1);
      });
    });
  }, [values, theme.value]);
  return <canvas ref={canvas} class="thumb" width={columns} height={Math.max(1, values.length)} />;
}
