/** `qkv` in Node, Deno and Bun, where models are also loaded by path. */
import { useFileSystem } from '../io/fileSystem';
import { nodeFileSystem } from '../io/nodeFile';

export * from './index';

useFileSystem(nodeFileSystem());
