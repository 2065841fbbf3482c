/** Which variants of products with quantised matrices are worth measuring for a shape on a device. */
import { type QuantisationScheme, weightsPerPacket } from '../../../shaders/quantised/format';
import type { Target } from '../../graph/target';
import { FEW_ROWS, firstFilling, GPU_WORKGROUPS, hasFewResults } from '../variants';
import type { Arithmetic } from './attrs';
import {
  naive,
  type QuantisedShape,
  type QuantisedVariant,
  quantisedVariants,
  SLICES,
} from './variants';

type QuantisedTarget = Pick<Target, 'software' | 'shaderF16'>;

function named(name: string): QuantisedVariant {
  const found = quantisedVariants.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no variant '${name}' of a quantised product`);
  return found;
}

/** Names of the default variants by number of rows, the largest tile first. */
function suitable(
  { m, n, k }: QuantisedShape,
  { software, shaderF16 }: QuantisedTarget,
  scheme: QuantisationScheme,
  arithmetic: Arithmetic,
): readonly string[] {
  if (software) return m <= 2 ? ['tile 1x2'] : ['tile 4x4', 'tile 2x4'];
  if (m > FEW_ROWS) {
    if (arithmetic === 'f16' && shaderF16) return ['shared wide f16 4x4', 'shared f16 4x4'];
    return ['shared wide 4x4', hasFewResults(m * n, k) ? 'shared split 4x4' : 'shared 4x4'];
  }
  // Each of the threads that share a row needs a packet of it.
  const packets = Math.ceil(k / weightsPerPacket(scheme));
  const count = SLICES.findLast((n) => n <= packets) ?? SLICES[0];
  return [4, 1].map((columns) => `${count} slices ${m === 1 ? 1 : 4}x${columns}`);
}

/** Workgroups that are enough to keep the cores of a software adapter busy. */
const SOFTWARE_WORKGROUPS = 8;

/** The default variant: the one with the largest tile that has enough workgroups. */
function defaultVariant(
  shape: QuantisedShape,
  target: QuantisedTarget,
  scheme: QuantisationScheme,
  arithmetic: Arithmetic,
): QuantisedVariant {
  const workgroups = (variant: QuantisedVariant) => {
    const [x, y] = variant.grid(shape);
    return x * y;
  };
  const variants = suitable(shape, target, scheme, arithmetic).map(named);
  const enough = target.software ? SOFTWARE_WORKGROUPS : GPU_WORKGROUPS;
  return firstFilling(variants, workgroups, enough) ?? naive;
}

/**
 * The variants worth measuring, the default first.
 * @param shape upper bounds of symbolic sizes  @param arithmetic f16 is used where the device has it
 */
export function quantisedCandidates(
  shape: QuantisedShape,
  target: QuantisedTarget,
  scheme: QuantisationScheme,
  arithmetic: Arithmetic,
): readonly QuantisedVariant[] {
  const first = defaultVariant(shape, target, scheme, arithmetic);
  const others = quantisedVariants.filter(
    (candidate) =>
      candidate !== first &&
      (candidate.arithmetic === 'f32' || (arithmetic === 'f16' && target.shaderF16)) &&
      candidate.suits(shape.m),
  );
  return [first, ...others];
}
