/** In the worker: checks kernels on the visitor's GPU against float64 on the processor. */
import { allKernels, type Device, DeviceError, type Verdict } from 'qkv';
import {
  allCases,
  caseGraph,
  caseInputs,
  differentiable,
  firstFault,
  onGpu,
  onOracle,
  selfCheck,
  selfCheckReport,
} from 'qkv/selfcheck';

/** What became of the cases of one operation. */
export interface OpResult {
  readonly op: string;
  readonly right: number;
  readonly wrong: readonly { readonly name: string; readonly fault: string }[];
}

export interface CheckResult {
  readonly adapter: string;
  readonly ops: readonly OpResult[];
  /** Kernels that an operation can choose among, and those that are wrong. */
  readonly candidates: { readonly count: number; readonly wrong: number };
  /** Text for an issue. */
  readonly report: string;
}

/** How far a check is. */
export interface CheckProgress {
  readonly fraction: number;
  /** The operation that is being checked. */
  readonly op: string;
  /** The results so far. */
  readonly ops: readonly OpResult[];
}

/**
 * Checks the cases of some operations forwards and backwards, and all kernels among which each of
 * them can choose.
 * @param names folders of cases (default: all)
 * @throws the signal's reason when it fires
 */
export default async function checkKernels(
  device: Device,
  names: readonly string[],
  onProgress: (progress: CheckProgress) => void,
  signal: AbortSignal,
): Promise<CheckResult> {
  const all = allCases();
  const chosen = Object.entries(all).filter(([op]) => names.length === 0 || names.includes(op));
  const total = chosen.reduce((sum, [, items]) => sum + items.length, 0);
  const fork = device.fork();
  const results: OpResult[] = [];
  const verdicts: Record<string, Verdict> = {};
  let done = 0;
  try {
    for (const [op, items] of chosen) {
      const wrong: { name: string; fault: string }[] = [];
      const report = () => onProgress({ fraction: done / (2 * total), op, ops: results });
      for (const item of items) {
        signal.throwIfAborted();
        report();
        const fault = await faultOf(fork, item);
        if (fault !== undefined) wrong.push({ name: item.name, fault });
        done++;
      }
      const before = done;
      const checked = await selfCheck(fork, {
        cases: { [op]: items },
        again: true,
        signal,
        onProgress: (count) => {
          done = before + count;
          report();
        },
      });
      done = before + items.length;
      Object.assign(verdicts, checked.verdicts);
      results.push({ op, right: items.length - wrong.length, wrong });
    }
    const failures = Object.values(verdicts).filter(({ failure }) => failure !== undefined);
    return {
      adapter: device.adapterName,
      ops: results,
      candidates: { count: Object.keys(verdicts).length, wrong: failures.length },
      report: [selfCheckReport(device, verdicts), ...linesOf(results)].join('\n'),
    };
  } finally {
    fork.dispose();
  }
}

async function faultOf(
  device: Device,
  item: Parameters<typeof caseInputs>[0],
): Promise<string | undefined> {
  const graph = caseGraph(item, differentiable(item).length > 0);
  const inputs = caseInputs(item);
  try {
    const got = await onGpu(device, graph, inputs, { ...device.target, kernels: allKernels });
    return firstFault(item, got, onOracle(graph, inputs));
  } catch (error) {
    // A kernel that does not compile is wrong, too.
    if (error instanceof DeviceError) return error.message.split('\n', 1)[0];
    throw error;
  }
}

function linesOf(results: readonly OpResult[]): readonly string[] {
  const right = results.reduce((sum, one) => sum + one.right, 0);
  const wrong = results.reduce((sum, one) => sum + one.wrong.length, 0);
  return [
    `${right} of ${right + wrong} cases of ${results.length} operations are right`,
    ...results.flatMap(({ op, wrong: faults }) =>
      faults.map(({ name, fault }) => `  ${op}: ${name}: ${fault}`),
    ),
  ];
}
