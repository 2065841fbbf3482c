/** The result of a self-check as text for a bug report. */
import { exactly } from '../core/repeated';
import type { Device } from '../gpu/device';
import type { Verdict } from '../gpu/tuning';

/** Adapter and browser, the candidates of each family, and the failures of those that are wrong. */
export function selfCheckReport(
  device: Device,
  verdicts: Readonly<Record<string, Verdict>>,
): string {
  const families = new Map<string, string[]>();
  for (const [variant, { failure }] of Object.entries(verdicts)) {
    const [family, candidate] = exactly(variant.split(': '), 2, 'parts of a name');
    const list = families.get(family) ?? [];
    families.set(family, list);
    list.push(failure === undefined ? candidate : `${candidate} (WRONG)`);
  }
  const wrong = Object.entries(verdicts).filter(([, { failure }]) => failure !== undefined);
  const { subgroups, subgroupMinSize, subgroupMaxSize, software } = device.target;
  const lanes = subgroups
    ? `subgroups of ${subgroupMinSize} to ${subgroupMaxSize}`
    : 'no subgroups';
  return [
    `self-check of ${device.adapterKey}`,
    `${lanes}${software ? ', a software adapter' : ''}`,
    ...[...families].map(([family, names]) => `${family}: ${names.join(', ')}`),
    wrong.length === 0
      ? `all ${Object.keys(verdicts).length} candidates are right`
      : `${wrong.length} of ${Object.keys(verdicts).length} candidates are wrong:`,
    ...wrong.map(([variant, { failure }]) => `  ${variant}: ${failure}`),
  ].join('\n');
}
