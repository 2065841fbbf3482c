/**
 * `qkv/worker`: runs the library in a worker. The worker calls `serve` with the classes that the page
 * may use, and the page calls `connect` to use them.
 */
export { transfer } from '../core/transfer';
export {
  type AppServices,
  type Connection,
  connect,
  type Local,
  type Remote,
  type RemoteObject,
  type RemoteService,
  type Returned,
} from '../worker/connect';
export type { Port as WorkerPort } from '../worker/messages';
export { openWorker } from '../worker/openWorker';
export {
  type Loadable,
  type ServedFunction,
  type ServeOptions,
  type Services,
  serve,
} from '../worker/serve';
