/** The first translation of a page whose model runs in a worker. */
import { connect } from 'qkv/worker';
import { firstAnswer } from '../firstAnswer';
import type { services } from './translatorWorker';

const worker = new Worker(new URL('./translatorWorker.ts', import.meta.url), { type: 'module' });
const connection = connect<typeof services>(worker);

void firstAnswer((model) => connection.services.Translator.load(model));
