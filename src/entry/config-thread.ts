// Reads the configuration in a thread of its own and ends: the schema, once it has been used, would be a
// third of the heap, which every collection goes through.
import { parentPort, workerData } from 'node:worker_threads';
import { readConfigFile } from './config-file.ts';

parentPort?.postMessage(readConfigFile(workerData, process.env));
