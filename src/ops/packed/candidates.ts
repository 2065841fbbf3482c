/** Which variants of products with packed matrices are worth measuring for a shape on a device. */
import { type Arithmetic, type Packing, packetWeights } from '../../../shaders/packed/format';
import type { Target } from '../../graph/target';
import { FEW_ROWS, firstFilling, GPU_WORKGROUPS, hasFewResults } from '../variants';
import { naive, type PackedShape, type PackedVariant, packedVariants, SLICES } from './variants';

type PackedTarget = Pick<Target, 'software' | 'shaderF16'>;

function named(name: string): PackedVariant {
  const found = packedVariants.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no variant '${name}' of a packed product`);
  return found;
}

/** Suitable ones by number of rows, the largest tile first. */
function suitable(
  { m, n, k }: PackedShape,
  { software, shaderF16 }: PackedTarget,
  how: Packing,
  arithmetic: Arithmetic,
): readonly string[] {
  if (software) return m <= 2 ? ['tile 1x2'] : ['tile 4x4', 'tile 2x4'];
  if (m > FEW_ROWS) {
    if (arithmetic === 'f16' && shaderF16) return ['shared wide f16 4x4', 'shared f16 4x4'];
    return ['shared wide 4x4', hasFewResults(m * n, k) ? 'shared split 4x4' : 'shared 4x4'];
  }
  // Threads that share a row all have a packet of it.
  const packets = Math.ceil(k / packetWeights(how));
  const count = SLICES.findLast((n) => n <= packets) ?? SLICES[0];
  return [4, 1].map((columns) => `${count} slices ${m === 1 ? 1 : 4}x${columns}`);
}

/** Workgroups that keep the cores of a software adapter busy. */
const SOFTWARE_WORKGROUPS = 8;

/** The variant for a shape without measuring: the largest tile of which there are enough. */
function choosePacked(
  shape: PackedShape,
  target: PackedTarget,
  how: Packing,
  arithmetic: Arithmetic,
): PackedVariant {
  const workgroups = (variant: PackedVariant) => {
    const [x, y] = variant.grid(shape);
    return x * y;
  };
  const variants = suitable(shape, target, how, arithmetic).map(named);
  const enough = target.software ? SOFTWARE_WORKGROUPS : GPU_WORKGROUPS;
  return firstFilling(variants, workgroups, enough) ?? naive;
}

/**
 * What is worth measuring, the untuned choice first.
 * @param shape upper bounds of symbolic sizes  @param arithmetic f16 where the device has it
 */
export function packedCandidates(
  shape: PackedShape,
  target: PackedTarget,
  how: Packing,
  arithmetic: Arithmetic,
): readonly PackedVariant[] {
  const first = choosePacked(shape, target, how, arithmetic);
  const others = packedVariants.filter(
    (candidate) =>
      candidate !== first &&
      (candidate.arithmetic === 'f32' || (arithmetic === 'f16' && target.shaderF16)) &&
      candidate.suits(shape.m),
  );
  return [first, ...others];
}
