/**
 * `qkv/worker`: the runtime in a worker. The worker calls `serve` with the classes that the page may use, the
 * page calls `connect` and finds them there.
 */

export type { Local, RemoteService, Returned } from '../worker/connect';
export {
  type AppServices,
  type Connection,
  connect,
  type Remote,
  type RemoteObject,
} from '../worker/connect';
export type { Port as WorkerPort } from '../worker/messages';
export { transfer } from '../worker/messages';
export { openWorker } from '../worker/openWorker';
export type { ServedFunction } from '../worker/serve';
export { type Loadable, type ServeOptions, type Services, serve } from '../worker/serve';
