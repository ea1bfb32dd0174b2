// One file per verb, and this is the list of them: which route is served how.
import type { AtOnce } from '../core/at-once.ts';
import type { Answer, Exchange } from './exchange.ts';
import { type ImageDataDeps, serveImageData } from './image-data.ts';
import { type ImageListDeps, serveImageList } from './image-list.ts';
import { type ImageRecordDeps, serveImageRecord } from './image-record.ts';
import { relay, relayWrite } from './relay.ts';

export type ServeDeps = ImageDataDeps & ImageRecordDeps & ImageListDeps;

/** Throws GatewayFailure, or rejects with it: what the client is then shown is http's business. */
export type Serve = (exchange: Exchange) => AtOnce<Answer>;

export function createServe(deps: ServeDeps): Serve {
  return function serve(exchange) {
    const { route } = exchange.target;
    switch (route.kind) {
      case 'image-data':
        return serveImageData(deps, exchange, route.imageId);
      case 'image-record':
        return serveImageRecord(deps, exchange, route.imageId);
      case 'image-list':
        return serveImageList(deps, exchange);
      case 'write':
        return relayWrite(deps, exchange);
      case 'versions':
        return relay(deps, exchange, { kind: 'fwd', reason: 'bypass', detail: 'versions' });
      case 'relay':
        return relay(deps, exchange, {
          kind: 'fwd',
          reason: exchange.method === 'GET' ? 'bypass' : 'method',
          ...(exchange.method === 'GET' ? { detail: 'relay' } : {}),
        });
      default:
        return route satisfies never;
    }
  };
}
