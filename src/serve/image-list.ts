// `GET /v2/images`: never kept; concurrent identical reads of one caller are one question.
import type { Lists } from '../cache/lists.ts';
import type { Answer, Exchange } from './exchange.ts';
import { asItCame } from './image-record.ts';
import { type RelayDeps, relay } from './relay.ts';

export interface ImageListDeps extends RelayDeps {
  readonly lists: Lists;
}

export async function serveImageList(deps: ImageListDeps, exchange: Exchange): Promise<Answer> {
  const { call, target, caller, headers, directives, told } = exchange;
  if (directives.noCache || directives.noStore) {
    return relay(deps, exchange, { kind: 'fwd', reason: 'request' });
  }
  const { region } = target;
  const read = await deps.lists.read(call, { region, target: target.target, caller, headers });
  if (read.kind === 'oversized') {
    return relay(deps, exchange, { kind: 'fwd', reason: 'bypass', detail: 'oversized' });
  }
  const { collapsed } = read;
  told.originAttempts += read.attempts;
  told.cacheStatus = { kind: 'fwd', reason: 'bypass', collapsed, detail: 'list' };
  return asItCame(exchange, read.answer);
}
