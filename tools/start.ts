/** `npm start`: serves the demo page; with a sentence, translates it there in headless Chrome. */
import { once } from 'node:events';
import { Command } from 'commander';
import { OptionError } from 'qkv';
import { pageAddress, translateInPage } from './lib/demoPage';
import { serveDemo } from './lib/pages';
import { wholeNumber } from './lib/recipe';

/** Default port of the page; with a sentence, a free port is used. */
const PORT = 5173;

function command(): Command {
  return new Command('start')
    .description('Serve the demo page, or translate a sentence with it in headless Chrome.')
    .argument('[sentence...]', 'English sentence to translate')
    .option('--port <n>', `port of the page; ${PORT} by default`, wholeNumber('port', 0))
    .option('--model <name>', 'folder of the model in demo/public/models', 'toy-transformer')
    .option('--headed', 'show the browser that translates')
    .option('--json', 'print one JSON object as the last line of standard output')
    .showHelpAfterError()
    .exitOverride();
}

/** Runs the command. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const program = command().parse(args, { from: 'user' });
  const options = program.opts();
  const [isJson, headed] = [options.json === true, options.headed === true];
  const model = String(options.model);
  if (program.args.length === 0) {
    if (headed) throw new OptionError('--headed needs a sentence to translate');
    return serve(Number(options.port ?? PORT), model, isJson);
  }
  const site = await serveDemo(Number(options.port ?? 0));
  try {
    const translation = await translateInPage(site.url, program.args.join(' '), { model, headed });
    const { target, adapter, milliseconds, sourceTokens, sourceMarks } = translation;
    const unknown = sourceTokens.filter((_, i) => sourceMarks[i]);
    if (unknown.length > 0) {
      process.stderr.write(`the model does not know ${unknown.join(', ')}\n`);
    }
    if (isJson) process.stdout.write(`${JSON.stringify(translation)}\n`);
    else process.stdout.write(`${target}\n${adapter}, ${milliseconds.toFixed(0)} ms\n`);
    return 0;
  } finally {
    await site.close();
  }
}

/** Serves until Ctrl-C. */
async function serve(port: number, model: string, isJson: boolean): Promise<number> {
  const site = await serveDemo(port);
  const url = model === 'toy-transformer' ? site.url : pageAddress(site.url, { model });
  process.stdout.write(isJson ? `${JSON.stringify({ url })}\n` : `${url}\n`);
  process.stderr.write('Ctrl-C stops the server.\n');
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await site.close();
  return 0;
}
