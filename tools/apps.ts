/**
 * `npm run apps`: packs the package, installs it into fresh apps with various bundlers, and
 * translates there. Prints a table. Needs npm's registry unless --offline.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Browser } from 'puppeteer';
import { OptionError } from 'qkv';
import { openBrowser } from './browser';
import { type AppResult, allApps, tryApp } from './lib/apps';
import { packPackage } from './lib/packed';

function command(): Command {
  return new Command('apps')
    .description('Install the packed package into fresh apps, and translate there.')
    .argument('[names...]', 'apps to try; all by default')
    .option('--offline', "take an app's packages from this checkout, without a network")
    .option('--keep', 'leave the apps where they were tried')
    .option('--json', 'print one JSON object as the last line of standard output')
    .showHelpAfterError()
    .exitOverride();
}

/** Runs the command. @returns the exit code: 1 if an app failed */
export async function main(args: readonly string[]): Promise<number> {
  const program = command().parse(args, { from: 'user' });
  const options = program.opts();
  const known = await allApps();
  const names = program.args.length === 0 ? known.map(({ name }) => name) : program.args;
  const apps = names.map((name) => {
    const app = known.find((one) => one.name === name);
    if (app !== undefined) return app;
    const all = known.map((one) => one.name).join(', ');
    throw new OptionError(`apps: there is no app '${name}'; choose from ${all}`);
  });
  const folder = await mkdtemp(join(tmpdir(), 'qkv-apps-'));
  let browser: Promise<Browser> | undefined;
  const results: AppResult[] = [];
  try {
    process.stderr.write('packing ...\n');
    const tarball = await packPackage();
    for (const app of apps) {
      process.stderr.write(`${app.name} ...\n`);
      const result = await tryApp(app, {
        tarball,
        folder: join(folder, app.name),
        isOffline: options.offline === true,
        browser: () => {
          browser ??= openBrowser();
          return browser;
        },
      });
      results.push(result);
      if (result.failure !== undefined) process.stderr.write(`${result.failure}\n`);
    }
  } finally {
    await (await browser)?.close();
    if (options.keep === true) process.stderr.write(`the apps are in ${folder}\n`);
    else await rm(folder, { recursive: true, force: true });
  }
  process.stdout.write(options.json === true ? `${JSON.stringify(results)}\n` : table(results));
  return results.every(({ failure }) => failure === undefined) ? 0 : 1;
}

function table(results: readonly AppResult[]): string {
  const rows = results.map(
    ({ name, installs, builds, translates, errorName, scripts, scriptBytes }) => [
      name,
      mark(installs),
      mark(builds),
      mark(translates),
      errorName ?? '–',
      scripts === undefined ? '–' : String(scripts),
      scriptBytes === undefined ? '–' : String(scriptBytes),
    ],
  );
  const head = [
    'app',
    'installs',
    'builds',
    'translates',
    'without its model',
    'scripts',
    'script bytes, gzipped',
  ];
  const all = [head, head.map(() => '---'), ...rows];
  return all.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function mark(value: boolean | undefined): string {
  return value === undefined ? '–' : value ? 'yes' : 'no';
}
