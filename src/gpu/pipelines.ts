/** Compute pipelines by derived key: compiled asynchronously, in parallel, once a device. */
import {
  firstStorageBinding,
  type Kernel,
  kernelKey,
  type Spec,
  shaderSource,
} from '../../shaders/lib/kernel';
import { DeviceError } from '../core/errors';

export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** Bindings whose offset is given with each dispatch. */
export interface Moves {
  readonly params: boolean;
  /** Indices of storage bindings. */
  readonly bindings: readonly number[];
}

const STILL: Moves = { params: false, bindings: [] };

/** What compiling needs of a device. */
export interface Compiler {
  readonly gpu: GPUDevice;
  guard<T>(work: PromiseLike<T>): Promise<T>;
}

export class PipelineCache {
  readonly #device: Compiler;
  /** By kernel, as an app may bring one of a name that there is already, and by specialisation. */
  readonly #pipelines = new Map<Kernel, Map<string, Promise<Pipeline>>>();

  constructor(device: Compiler) {
    this.#device = device;
  }

  /** Pipelines compiled or being compiled. */
  get size(): number {
    return [...this.#pipelines.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Forgets what was compiled, for whoever compiles much that runs once; programs keep their own. */
  clear(): void {
    this.#pipelines.clear();
  }

  /**
   * The pipeline of a kernel's specialisation.
   * @throws DeviceError with the compiler's message
   */
  get(kernel: Kernel, spec: Spec, moves = STILL): Promise<Pipeline> {
    const { params, bindings } = moves;
    const moving = [...(params ? ['params'] : []), ...bindings];
    const suffix = moving.length === 0 ? '' : ` moving ${moving}`;
    const key = `${kernelKey(kernel, spec)}${suffix}`;
    const own = this.#pipelinesOf(kernel);
    let pipeline = own.get(key);
    if (pipeline === undefined) {
      const compiling = this.#device.guard(compile(this.#device.gpu, kernel, spec, moves, key));
      // What failed may not fail again, as when memory was short.
      compiling.catch(() => own.delete(key));
      own.set(key, compiling);
      pipeline = compiling;
    }
    return pipeline;
  }

  #pipelinesOf(kernel: Kernel): Map<string, Promise<Pipeline>> {
    const known = this.#pipelines.get(kernel) ?? new Map<string, Promise<Pipeline>>();
    this.#pipelines.set(kernel, known);
    return known;
  }
}

async function compile(
  gpu: GPUDevice,
  kernel: Kernel,
  spec: Spec,
  moves: Moves,
  key: string,
): Promise<Pipeline> {
  const uniform = kernel.params(spec).length > 0;
  const storage = kernel.bindings(spec).map(
    ({ access }, i): GPUBindGroupLayoutEntry => ({
      binding: firstStorageBinding(kernel.params(spec).length) + i,
      visibility: GPUShaderStage.COMPUTE,
      buffer: {
        type: access === 'read' ? 'read-only-storage' : 'storage',
        hasDynamicOffset: moves.bindings.includes(i),
      },
    }),
  );
  const params: GPUBindGroupLayoutEntry[] = uniform
    ? [
        {
          binding: 0,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: 'uniform', hasDynamicOffset: moves.params },
        },
      ]
    : [];
  const layout = gpu.createBindGroupLayout({
    entries: [...params, ...storage],
    label: kernel.name,
  });
  const code = shaderSource(kernel, spec);
  // What is wrong with the text is told once, by the pipeline that is not made of it.
  gpu.pushErrorScope('validation');
  const module = gpu.createShaderModule({ code, label: kernel.name });
  gpu.popErrorScope().catch(() => undefined);
  try {
    const pipeline = await gpu.createComputePipelineAsync({
      label: kernel.name,
      layout: gpu.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: 'main' },
    });
    return { pipeline, layout };
  } catch (error) {
    const { messages } = await module.getCompilationInfo();
    const text = messages.map((m) => `line ${m.lineNum}: ${m.message}`).join('\n');
    throw new DeviceError(`kernel ${key} does not compile: ${text || String(error)}\n${code}`, {
      cause: error,
    });
  }
}
