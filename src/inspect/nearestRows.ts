/**
 * Finds the rows of a matrix with the largest cosine similarity to a vector on the GPU, by a
 * product with all rows and top-k. The matrix stays on the device.
 */

import { foldedKernel } from '../../shaders/lib/fold';
import { planGraph } from '../compiler/compile';
import { dim } from '../core/dim';
import { DisposedError, defined, OptionError, ShapeError } from '../core/errors';
import { checkHostTensor, type HostTensor } from '../core/hostTensor';
import { dims } from '../core/shape';
import type { Device } from '../gpu/device';
import { preparePlan } from '../gpu/prepared';
import { createRunner, type Runner } from '../gpu/runner';
import { StateStore } from '../gpu/states';
import { type Graph, trace } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { div, matmul, mul, scale, slice, topK } from '../ops/functions';

/** A row of the matrix and its score. */
export interface NearRow {
  readonly row: number;
  readonly score: number;
}

/** Largest number of rows of a query: the limit of the top-k kernel. */
export const MOST_NEAR_ROWS = 64;

/** Largest number of queries of one run. */
const QUERIES = 16;

const ROWS = 'rows';

/** Added to the denominator of 3CosMul to keep it positive (Levy and Goldberg 2014, eq. 4). */
const MULTIPLY_EPSILON = 1e-3;

/** How rows are scored: by similarity to each query, or by 3CosMul for three queries a, b and c. */
type Ranking = 'each' | 'balance';

/** A matrix on a device, whose rows are ranked by cosine similarity to queries. */
export class NearestRows {
  readonly size: number;
  readonly dimensions: number;
  readonly #states: StateStore;
  /** Compiled programs by ranking and number of rows. */
  readonly #programs = new Map<string, Promise<Runner>>();
  #planned = 0;

  private constructor(states: StateStore, size: number, dimensions: number) {
    this.#states = states;
    this.size = size;
    this.dimensions = dimensions;
  }

  /**
   * Normalises the rows to length 1 and uploads them; zero rows stay zero.
   * @param rows f32 [n, d]
   * @param onPlanned called before allocation with the bytes that the rows and plans need
   * @throws ShapeError, DTypeError; DeviceError if they do not fit on the device
   */
  static async create(
    device: Device,
    rows: HostTensor,
    onPlanned?: (bytes: number) => void,
  ): Promise<NearestRows> {
    const [size, dimensions] = dims(rows, 2, 'nearest rows');
    if (size < 1 || dimensions < 1) {
      throw new ShapeError(
        `nearest rows: expected [n, d] with at least one row, found [${rows.shape}]`,
      );
    }
    checkHostTensor('nearest rows: rows', rows, 'f32');
    const nearest = new NearestRows(new StateStore(device.fork()), size, dimensions);
    try {
      // Compiling a plan allocates the state that holds the rows.
      await nearest.#program('each', 1, onPlanned);
      nearest.#states.write(ROWS, unitRows(rows, dimensions));
      return nearest;
    } catch (error) {
      nearest.dispose();
      throw error;
    }
  }

  /** Bytes on the device: planned for the rows and all plans so far, and allocated now. */
  get memory(): { readonly planned: number; readonly live: number } {
    return { planned: this.#planned, live: this.#states.device.liveBytes };
  }

  /**
   * The k rows with the largest cosine similarity to each query, the nearest first; ties go to the
   * lower row.
   * @param queries f32 [q, d], which need not be normalised
   * @param k 1 to 64; fewer rows are returned if the matrix has fewer
   * @throws ShapeError, DTypeError, OptionError; DisposedError
   */
  async nearest(queries: HostTensor, k: number): Promise<readonly (readonly NearRow[])[]> {
    const data = this.#checked(queries, k);
    const program = await this.#program('each', k);
    const found: Promise<readonly (readonly NearRow[])[]>[] = [];
    for (let at = 0; at < data.length; at += QUERIES * this.dimensions) {
      const batch = data.subarray(at, at + QUERIES * this.dimensions);
      found.push(this.#run(program, batch, k));
    }
    return (await Promise.all(found)).flat();
  }

  /**
   * The k rows near b and c and far from a, by 3CosMul: the largest cos(b) cos(c) / (cos(a) +
   * 0.001), with cosines mapped to [0, 1] (Levy and Goldberg 2014).
   * @param queries a, b and c, f32 [3, d]
   * @throws ShapeError, DTypeError, OptionError; DisposedError
   */
  async balance(queries: HostTensor, k: number): Promise<readonly NearRow[]> {
    const data = this.#checked(queries, k);
    if (queries.shape[0] !== 3) {
      throw new ShapeError(`nearest rows: expected 3 queries, found [${queries.shape}]`);
    }
    const [found] = await this.#run(await this.#program('balance', k), data, k);
    return defined(found, 'row');
  }

  /** Frees the matrix and the plans; pending queries fail with a DisposedError. Idempotent. */
  dispose(): void {
    this.#programs.clear();
    this.#states.device.dispose(new DisposedError('nearest rows: disposed; create them again'));
  }

  /** Checks queries and normalises them. */
  #checked(queries: HostTensor, k: number): Float32Array {
    this.#states.device.assertUsable();
    const { shape } = queries;
    if (shape.length !== 2 || shape[1] !== this.dimensions) {
      throw new ShapeError(
        `nearest rows: queries must be [q, ${this.dimensions}], found [${shape}]`,
      );
    }
    checkHostTensor('nearest rows: queries', queries, 'f32');
    if (!(Number.isInteger(k) && k >= 1 && k <= MOST_NEAR_ROWS)) {
      throw new OptionError(`nearest rows: k must be 1 to ${MOST_NEAR_ROWS}, found ${k}`);
    }
    return unitRows(queries, this.dimensions);
  }

  async #run(program: Runner, data: Float32Array, k: number) {
    program.run({ queries: { shape: [data.length / this.dimensions, this.dimensions], data } });
    const { scores, rows } = await program.read('scores', 'rows');
    const [count, width] = dims(rows, 2, 'rows');
    return Array.from({ length: count }, (_, q) =>
      Array.from({ length: Math.min(k, width) }, (_, i): NearRow => {
        const at = q * width + i;
        return { row: defined(rows.data[at], 'row'), score: defined(scores.data[at], 'score') };
      }),
    );
  }

  /** The program for at least k rows: there is one for each power of two. */
  #program(ranking: Ranking, k: number, onPlanned?: (bytes: number) => void): Promise<Runner> {
    const count = Math.min(2 ** Math.ceil(Math.log2(k)), this.size);
    const key = `${ranking} ${count}`;
    const cached = this.#programs.get(key);
    if (cached !== undefined) return cached;
    const graph = rankingGraph(ranking, this.size, this.dimensions, count);
    const { device } = this.#states;
    const prepared = preparePlan(device, planGraph(graph), {
      kernels: { folded: foldedKernel },
    });
    this.#planned ||= prepared.stateBytes.get(ROWS) ?? 0;
    this.#planned += prepared.ownBytes;
    onPlanned?.(this.#planned);
    const program = createRunner(device, prepared, this.#states);
    this.#programs.set(key, program);
    program.catch(() => this.#programs.delete(key));
    return program;
  }
}

function rankingGraph(ranking: Ranking, size: number, dimensions: number, count: number): Graph {
  const queries = ranking === 'each' ? dim('Q', QUERIES) : 3;
  return trace(
    (inputs, states) => {
      const cosines = matmul(inputs('queries'), states(ROWS), { transposeB: true });
      const ranked = ranking === 'each' ? cosines : balanced(cosines, size);
      const { values, indices } = topK(ranked, { k: count });
      return { outputs: { scores: values, rows: indices } };
    },
    {
      inputs: { queries: { dtype: 'f32', shape: [queries, dimensions] } },
      states: { [ROWS]: { dtype: 'f32', shape: [size, dimensions] } },
    },
  );
}

/** 3CosMul. @param cosines with a, b and c [3, n]  @returns [1, n] */
function balanced(cosines: Tensor, size: number): Tensor {
  const positive = scale(cosines, 0.5, 0.5);
  const of = (row: number) => slice(positive, { starts: [row, 0], ends: [row + 1, size] });
  return div(mul(of(1), of(2)), scale(of(0), 1, MULTIPLY_EPSILON));
}

/** Normalises rows in float64 and rounds them to float32; zero rows stay zero. */
function unitRows({ data }: HostTensor, dimensions: number): Float32Array {
  const unit = new Float32Array(data.length);
  for (let at = 0; at < data.length; at += dimensions) {
    let squares = 0;
    for (let i = at; i < at + dimensions; i++) squares += (data[i] ?? 0) ** 2;
    const factor = squares === 0 ? 0 : 1 / Math.sqrt(squares);
    for (let i = at; i < at + dimensions; i++) unit[i] = (data[i] ?? 0) * factor;
  }
  return unit;
}
