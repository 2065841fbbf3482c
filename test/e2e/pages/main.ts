/** What the tests call in the page. */
import * as inWorker from './inWorker';
import { train } from './train';

Object.assign(globalThis, { functions: { ...inWorker, train } });
