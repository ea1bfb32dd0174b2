// The smoke suite on Node, as an operator runs it.
import { startGateway } from '../../src/entry/node.ts';
import { configOf } from '../config/loading.ts';
import { describeGateway } from './smoke.ts';

describeGateway('Node', async (configText) => {
  const gateway = await startGateway(configOf(configText));
  return { url: gateway.apiUrl, close: () => gateway.close() };
});
