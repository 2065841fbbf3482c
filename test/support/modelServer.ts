/** A server of a model's files that can be slow, cut short, answer otherwise, or not tell sizes. */
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';

export const FOLDER = 'demo/public/models/toy-transformer';

/** The files of a shipped model, by name. */
const FILES: ReadonlyMap<string, Uint8Array<ArrayBuffer>> = new Map(
  ['model.json', 'model.safetensors'].map((name) => [
    name,
    new Uint8Array(readFileSync(`${FOLDER}/${name}`)),
  ]),
);

export type Answer = (name: string, response: ServerResponse, query: string) => void;

/** As any server has it. */
export const plain: Answer = (name, response) => {
  const bytes = FILES.get(name);
  if (bytes === undefined) response.writeHead(404).end('no such file');
  else response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
};

/** In pieces. */
export const slow: Answer = (name, response) => {
  const bytes = FILES.get(name) ?? new Uint8Array(0);
  response.writeHead(200, { 'content-length': bytes.length });
  let at = 0;
  const step = () => {
    if (response.destroyed) return;
    response.write(bytes.subarray(at, at + 2 ** 18));
    at += 2 ** 18;
    if (at >= bytes.length) response.end();
    else setTimeout(step, 2);
  };
  step();
};

/** Without a word about sizes. */
export const untold: Answer = (name, response) => {
  const bytes = FILES.get(name) ?? new Uint8Array(0);
  response.writeHead(200);
  response.write(bytes.subarray(0, bytes.length >> 1));
  setTimeout(() => response.end(bytes.subarray(bytes.length >> 1)), 5);
};

/** The page of an app, whatever was asked for. */
export const page: Answer = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end('<!doctype html><title>app</title>');
};

/** A plain answer for one file, another one for the other. */
export function only(file: string, answer: Answer): Answer {
  return (name, ...rest) => (name === file ? answer : plain)(name, ...rest);
}

/** Serves while work is under way. */
export async function serving<T>(answer: Answer, work: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '', 'http://localhost');
    answer(pathname.split('/').at(-1) ?? '', response, search);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return await work(`http://127.0.0.1:${port}/`);
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}
