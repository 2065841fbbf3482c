/** The smallest app that runs a translator's model, without tokens and text. */
import { MODEL } from '../../workloads';
import { contestant } from './index';

await contestant.open();
const prepared = await contestant.prepare({ kind: 'transformer-forward', spec: MODEL });
document.body.textContent = String(await prepared?.run());
