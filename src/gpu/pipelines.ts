/** Compute pipelines by derived key: compiled asynchronously and in parallel, once per device. */
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

/** The bindings that have dynamic offsets. */
export interface DynamicOffsets {
  readonly params: boolean;
  /** Indices of storage bindings. */
  readonly bindings: readonly number[];
}

const NO_DYNAMIC_OFFSETS: DynamicOffsets = { params: false, bindings: [] };

/** The part of a device that compilation needs. */
export interface Compiler {
  readonly gpu: GPUDevice;
  guard<T>(work: PromiseLike<T>): Promise<T>;
}

export class PipelineCache {
  readonly #device: Compiler;
  /** By specialisation for each kernel: an app's own kernel may have the name of another one. */
  readonly #pipelines = new Map<Kernel, Map<string, Promise<Pipeline>>>();

  constructor(device: Compiler) {
    this.#device = device;
  }

  /** Number of pipelines compiled or being compiled. */
  get size(): number {
    return [...this.#pipelines.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Drops all pipelines, after many that are used once; programs keep their own. */
  clear(): void {
    this.#pipelines.clear();
  }

  /**
   * The pipeline of a kernel's specialisation.
   * @throws DeviceError with the compiler's message
   */
  get(kernel: Kernel, spec: Spec, dynamic = NO_DYNAMIC_OFFSETS): Promise<Pipeline> {
    const { params, bindings } = dynamic;
    const offsets = [...(params ? ['params'] : []), ...bindings];
    const suffix = offsets.length === 0 ? '' : ` dynamic ${offsets}`;
    const key = `${kernelKey(kernel, spec)}${suffix}`;
    const own = this.#pipelinesOf(kernel);
    let pipeline = own.get(key);
    if (pipeline === undefined) {
      const compiling = this.#device.guard(compile(this.#device.gpu, kernel, spec, dynamic, key));
      // A failure may be temporary, for example when memory is short.
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
  dynamic: DynamicOffsets,
  key: string,
): Promise<Pipeline> {
  const uniform = kernel.params(spec).length > 0;
  const storage = kernel.bindings(spec).map(
    ({ access }, i): GPUBindGroupLayoutEntry => ({
      binding: firstStorageBinding(kernel.params(spec).length) + i,
      visibility: GPUShaderStage.COMPUTE,
      buffer: {
        type: access === 'read' ? 'read-only-storage' : 'storage',
        hasDynamicOffset: dynamic.bindings.includes(i),
      },
    }),
  );
  const params: GPUBindGroupLayoutEntry[] = uniform
    ? [
        {
          binding: 0,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: 'uniform', hasDynamicOffset: dynamic.params },
        },
      ]
    : [];
  const layout = gpu.createBindGroupLayout({
    entries: [...params, ...storage],
    label: kernel.name,
  });
  const code = shaderSource(kernel, spec);
  // Errors in the text are reported once, by the creation of the pipeline.
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
