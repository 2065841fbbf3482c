/**
 * Dispatches ready to be encoded: pipelines and bind groups are resolved beforehand. In a loop a command sets
 * dynamic offsets for bindings with strides, and chooses the bind group of a double buffer by the parity of the
 * iteration. Nothing is created while a plan is replayed.
 */
import type { BoundPlace, Dispatch } from '../compiler/dispatch/dispatch';
import { type Dim, dimBound } from '../core/dim';
import { DisposedError, defined } from '../core/errors';
import { ELEMENT_BYTES } from '../core/shape';
import type { Grid } from '../graph/op';
import { bufferBytes, type Device } from './device';
import type { Pipeline } from './pipelines';

/** Alignment of uniform bindings in bytes, on every device. */
const UNIFORM_ALIGNMENT = 256;

/**
 * The offset in bytes of a binding with strides, for the sizes of a run: start + sum of iteration * advance.
 */
interface Offset {
  readonly start: number;
  readonly advances: readonly { readonly loop: number; readonly bytes: number }[];
}

export class Command {
  readonly dispatch: Dispatch;
  readonly pipeline: GPUComputePipeline;
  /** Bytes between the params of successive dispatches, if these differ. */
  readonly #paramStride: number | undefined;
  /** Loops whose parity selects the bind group, the first of them in bit 0. */
  readonly #parityLoops: readonly number[];
  readonly #bindGroups: readonly GPUBindGroup[];
  readonly #offsets: Uint32Array<ArrayBuffer>;
  #strides: readonly Offset[] = [];

  constructor(
    device: Device,
    dispatch: Dispatch,
    { pipeline, layout }: Pipeline,
    buffers: ReadonlyMap<number, GPUBuffer>,
    params: GPUBufferBinding,
  ) {
    this.dispatch = dispatch;
    this.pipeline = pipeline;
    this.#paramStride = dispatch.dispatchCount === undefined ? undefined : paramBytes(dispatch);
    const loops = dispatch.bindings.flatMap(({ doubleBuffer }) =>
      doubleBuffer === undefined ? [] : [doubleBuffer.loop],
    );
    this.#parityLoops = [...new Set(loops)];
    this.#bindGroups = Array.from({ length: 2 ** this.#parityLoops.length }, (_, parities) => {
      const isOdd = (loop: number) => ((parities >> this.#parityLoops.indexOf(loop)) & 1) === 1;
      const entries: GPUBindGroupEntry[] = [];
      if (hasParams(dispatch)) entries.push({ binding: 0, resource: params });
      for (const place of dispatch.bindings) {
        const { storage, doubleBuffer } = place;
        const chosen =
          doubleBuffer !== undefined && isOdd(doubleBuffer.loop) ? doubleBuffer.other : storage;
        const resource = bufferBinding({ ...place, storage: chosen }, buffers);
        entries.push({ binding: entries.length, resource });
      }
      return device.gpu.createBindGroup({ layout, label: dispatch.label, entries });
    });
    const strides = dynamicBindings(dispatch).length;
    this.#offsets = new Uint32Array((this.#paramStride === undefined ? 0 : 1) + strides);
  }

  /** Evaluates the offsets of bindings with strides for the sizes of a run. */
  setSizes(size: (d: Dim) => number): void {
    if (this.#offsets.length === 0) return;
    const bytes = (d: Dim) => size(d) * ELEMENT_BYTES;
    this.#strides = this.dispatch.bindings.flatMap(({ strides }): Offset[] => {
      if (strides === undefined) return [];
      const start = strides.reduce((sum, stride) => sum + bytes(stride.start), 0);
      const advances = strides.map(({ loop, advance }) => ({ loop, bytes: bytes(advance) }));
      return [{ start, advances }];
    });
  }

  /** Sets the bind group for the given iteration of each loop and index of the dispatch. */
  bind(pass: GPUComputePassEncoder, iterations: readonly number[], index: number): void {
    let parities = 0;
    let bit = 0;
    for (const loop of this.#parityLoops) parities |= ((iterations[loop] ?? 0) & 1) << bit++;
    const bindGroup = defined(this.#bindGroups[parities], 'bind group');
    if (this.#offsets.length === 0) {
      pass.setBindGroup(0, bindGroup);
      return;
    }
    // Offsets are in the order of the bindings: the params come first.
    let at = 0;
    if (this.#paramStride !== undefined) this.#offsets[at++] = index * this.#paramStride;
    for (const { start, advances } of this.#strides) {
      let offset = start;
      for (const { loop, bytes } of advances) offset += (iterations[loop] ?? 0) * bytes;
      this.#offsets[at++] = offset;
    }
    pass.setBindGroup(0, bindGroup, this.#offsets, 0, this.#offsets.length);
  }
}

/** Encodes one dispatch with its pipeline and bind group. */
export function encodeCommand(
  command: Command,
  pass: GPUComputePassEncoder,
  grid: Grid,
  iterations: readonly number[],
  index: number,
): void {
  pass.setPipeline(command.pipeline);
  command.bind(pass, iterations, index);
  pass.dispatchWorkgroups(...grid);
}

/** The pipelines of dispatches; missing ones are compiled in parallel. */
export function compilePipelines(
  device: Device,
  dispatches: readonly Dispatch[],
  onProgress?: (ready: number, total: number) => void,
): Promise<readonly Pipeline[]> {
  let ready = 0;
  return Promise.all(
    dispatches.map(async (dispatch) => {
      const { kernel, spec } = dispatch;
      const dynamic = {
        params: dispatch.dispatchCount !== undefined,
        bindings: dynamicBindings(dispatch),
      };
      const pipeline = await device.pipelines.get(kernel, spec, dynamic);
      onProgress?.(++ready, dispatches.length);
      return pipeline;
    }),
  );
}

/** Turns dispatches into commands. */
export function createCommands(
  device: Device,
  dispatches: readonly Dispatch[],
  pipelines: readonly Pipeline[],
  buffers: ReadonlyMap<number, GPUBuffer>,
  uniforms: GPUBuffer,
): readonly Command[] {
  const offsets = paramOffsets(dispatches);
  return dispatches.map((dispatch, i) => {
    const size = bufferBytes(paramCount(dispatch) * ELEMENT_BYTES);
    const params = { buffer: uniforms, offset: defined(offsets[i], 'offset'), size };
    return new Command(device, dispatch, defined(pipelines[i], 'pipeline'), buffers, params);
  });
}

/** The uniform buffer for the params of all dispatches. */
export function createUniforms(device: Device, dispatches: readonly Dispatch[]): GPUBuffer {
  const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  return device.createBuffer(uniformBytes(dispatches), usage, 'sizes');
}

/** Bytes of the uniform buffer. */
export function uniformBytes(dispatches: readonly Dispatch[]): number {
  return Math.max(UNIFORM_ALIGNMENT, defined(paramOffsets(dispatches).at(-1), 'end'));
}

/** Writes the contents of the uniform buffer for given sizes. */
export function fillUniforms(
  data: Uint32Array,
  dispatches: readonly Dispatch[],
  size: (d: Dim) => number,
): void {
  let at = 0;
  for (const dispatch of dispatches) {
    const { params, dispatchCount, unfoldedGrid } = dispatch;
    const values = params.map(size);
    const grid = unfoldedGrid?.(size) ?? [];
    for (let i = 0; i < maxDispatchCount(dispatch); i++, at += paramBytes(dispatch) / 4) {
      data.set([...values, ...(dispatchCount === undefined ? [] : [i]), ...grid], at);
    }
  }
}

/** The offset in bytes of each dispatch's params, followed by the end of the last ones. */
function paramOffsets(dispatches: readonly Dispatch[]): readonly number[] {
  let next = 0;
  const offsets = dispatches.map((dispatch) => {
    const offset = next;
    next += paramBytes(dispatch) * maxDispatchCount(dispatch);
    return offset;
  });
  return [...offsets, next];
}

/** Bytes between the params of successive dispatches. */
function paramBytes(dispatch: Dispatch): number {
  return Math.max(1, Math.ceil((paramCount(dispatch) * 4) / UNIFORM_ALIGNMENT)) * UNIFORM_ALIGNMENT;
}

function maxDispatchCount({ dispatchCount }: Dispatch): number {
  return dispatchCount?.(dimBound) ?? 1;
}

function paramCount({ params, dispatchCount, unfoldedGrid }: Dispatch): number {
  return (
    params.length + (dispatchCount === undefined ? 0 : 1) + (unfoldedGrid === undefined ? 0 : 3)
  );
}

function hasParams(dispatch: Dispatch): boolean {
  return paramCount(dispatch) > 0;
}

function dynamicBindings({ bindings }: Dispatch): readonly number[] {
  return bindings.flatMap(({ strides }, i) => (strides === undefined ? [] : [i]));
}

function bufferBinding(
  place: BoundPlace,
  buffers: ReadonlyMap<number, GPUBuffer>,
): GPUBufferBinding {
  const buffer = buffers.get(place.storage.id);
  if (buffer === undefined) throw new DisposedError('program: buffer missing');
  const offset = place.elementOffset * ELEMENT_BYTES;
  // Rounded up to whole vec4s, so that kernels may read the last partial one. A row with strides is a whole
  // number of vec4s, so that its last row ends within the buffer.
  const size = Math.min(bufferBytes(place.byteLength), buffer.size - offset);
  return { buffer, offset, size };
}
