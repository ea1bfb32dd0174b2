// The smoke suite on Workers: the bundle that would be deployed, in the runtime that would run it.

import { describeGateway } from './smoke.ts';
import { startWorker } from './start-worker.ts';

describeGateway('workerd', startWorker);
